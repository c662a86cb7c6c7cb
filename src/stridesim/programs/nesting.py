"""How the results of a program nest, as JSON: in dicts, tuples and dataclasses."""

import dataclasses
import pkgutil
from typing import Any

import jax


def description(tree: Any) -> Any:
    """How a tree nests, for JSON; None is a leaf."""
    if isinstance(tree, type(jax.tree.structure(0))):
        return {"structure": description(tree.unflatten(range(tree.num_leaves)))}
    if isinstance(tree, dict):
        return {"dict": {name: description(tree[name]) for name in tree}}
    made: Any = type(tree)
    if dataclasses.is_dataclass(tree):
        names = [field.name for field in dataclasses.fields(tree)]
    elif hasattr(made, "_fields"):  # a named tuple
        names = made._fields
    elif isinstance(tree, tuple):
        return {"tuple": [description(part) for part in tree]}
    else:
        return None
    fields = {name: description(getattr(tree, name)) for name in names}
    return {"class": f"{made.__module__}:{made.__qualname__}", "fields": fields}


def nested(described: Any) -> Any:
    """A tree that nests as described."""
    match described:
        case {"structure": tree}:
            return jax.tree.structure(nested(tree))
        case {"dict": parts}:
            return {name: nested(part) for name, part in parts.items()}
        case {"tuple": parts}:
            return tuple(nested(part) for part in parts)
        case {"class": name, "fields": fields}:
            made = pkgutil.resolve_name(name)
            return made(**{field: nested(part) for field, part in fields.items()})
        case _:
            return 0
