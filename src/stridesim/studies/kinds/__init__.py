"""Kinds of studies that an experiment can be: one module a kind, found by its name.

`[study] kind = "sweep"` in an experiment's file is the class `STUDY` of `kinds/sweep.py`. A new
kind is a module with a subclass of `Study` (`kinds/study.py`), and nothing else.
"""

import importlib
import pkgutil

from stridesim.results import InputError
from stridesim.studies.kinds.study import Outcome, Study

__all__ = ["Outcome", "Study", "study_kind", "study_kinds"]

_BASE = "study"


def study_kinds() -> list[str]:
    """The kinds there are."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name != _BASE)


def study_kind(name: str) -> type[Study]:
    """The class of a kind; `InputError` for an unknown one."""
    if name not in study_kinds():
        raise InputError(f"study.kind = {name!r}: expected one of {', '.join(study_kinds())}")
    return importlib.import_module(f"{__name__}.{name}").STUDY
