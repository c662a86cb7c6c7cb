"""Any value in the types of JSON: what every answer is written with."""

import enum
import math
import os
from collections.abc import Mapping
from typing import Any


def plain(obj: Any) -> Any:
    """`obj` in the types of JSON: arrays to lists, enums to their names, NaN and infinity to None.

    Raises `TypeError` for what JSON has no form for.
    """
    match obj:
        case enum.Enum():
            return obj.name
        case None | bool() | int() | str():
            return obj
        case float():
            return float(obj) if math.isfinite(obj) else None
        case Mapping():
            return {str(key): plain(value) for key, value in obj.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(value) for value in obj]
        case os.PathLike():
            return os.fspath(obj)
    if hasattr(obj, "tolist"):  # a NumPy or JAX scalar or array, without importing either
        return plain(obj.tolist())
    raise TypeError(f"no JSON for {type(obj).__name__}: {obj!r}")
