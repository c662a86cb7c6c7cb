"""How the results of a program nest, as JSON: in dicts, tuples and classes that are declared here.

A file on the disk names classes. Only those that the program's own source declares by
`kept_result` are made of it; nothing is imported or called because a file says so.
"""

import dataclasses
from typing import Any, Final, TypeVar

import jax

_Made = TypeVar("_Made", bound=type)

_DECLARED: Final[dict[str, type]] = {}


def kept_result(made: _Made) -> _Made:
    """Declare a dataclass or named tuple as a part of what kept programs give."""
    _DECLARED[_name(made)] = made
    return made


def description(tree: Any) -> Any:
    """How a tree nests, for JSON; None is a leaf. `TypeError` for a class that is not declared."""
    if isinstance(tree, type(jax.tree.structure(0))):
        return {"structure": description(tree.unflatten(range(tree.num_leaves)))}
    if isinstance(tree, dict):
        return {"dict": {name: description(tree[name]) for name in tree}}
    if type(tree) is tuple:
        return {"tuple": [description(part) for part in tree]}
    fields = _fields(type(tree))
    if not fields:
        return None
    if _DECLARED.get(_name(type(tree))) is not type(tree):
        raise TypeError(f"{_name(type(tree))}: is in the results of a program without @kept_result")
    parts = {name: description(getattr(tree, name)) for name in fields}
    return {"class": _name(type(tree)), "fields": parts}


def nested(described: Any) -> Any:
    """A tree that nests as described; `ValueError` where that is no description."""
    match described:
        case None:
            return 0
        case {"structure": tree}:
            return jax.tree.structure(nested(tree))
        case {"dict": dict(parts)}:
            return {name: nested(part) for name, part in parts.items()}
        case {"tuple": list(parts)}:
            return tuple(nested(part) for part in parts)
        case {"class": str(name), "fields": dict(parts)} if name in _DECLARED:
            made: Any = _DECLARED[name]
            if list(parts) != _fields(made):
                raise ValueError(f"{name}: has other fields")
            return made(**{field: nested(part) for field, part in parts.items()})
    raise ValueError("no description of results")


def _name(made: type) -> str:
    return f"{made.__module__}:{made.__qualname__}"


def _fields(made: Any) -> list[str]:
    """Of a dataclass or a named tuple; none of anything else."""
    if dataclasses.is_dataclass(made):
        return [field.name for field in dataclasses.fields(made)]
    return list(getattr(made, "_fields", ()))
