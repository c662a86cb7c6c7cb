"""An answer says which tendon yields, and nothing where none does."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from stridesim.runner import GROUPS, Runner
from stridesim.studies.overstretched import overstretch_notes


def stride(soleus: float, *, ok: bool = True) -> Any:
    strain = np.full((len(GROUPS), 5), 0.03)
    strain[GROUPS.index("soleus"), 2] = soleus
    muscles = SimpleNamespace(tendon_strain=strain)
    return SimpleNamespace(ok=ok, runner=Runner.load(), stride=SimpleNamespace(muscles=muscles))


def test_a_tendon_beyond_its_yield_is_named() -> None:
    assert overstretch_notes(stride(0.112)) == [
        "overstretched: tendon of soleus to 11.2 % (yield 10 %), where recoil is lost"
    ]


def test_a_tendon_below_its_yield_is_not() -> None:
    assert overstretch_notes(stride(0.099)) == []
    assert overstretch_notes(stride(0.2, ok=False)) == []
