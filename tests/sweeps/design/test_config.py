"""The shape of a sweep file where it says what the runner chooses himself."""

import copy

import pytest
from fake_sweep import LINE

from stridesim.results import InputError
from stridesim.sweeps.design import design_from_tables
from stridesim.sweeps.design.config import DesignConfig, validate

OPTIMAL = LINE | {"set": {"gait.strategy": "optimal"}}


def test_free_is_a_list_of_names() -> None:
    assert validate(DesignConfig, LINE, "x.toml").free == []
    chosen = ["gait.step_frequency", "gait.step_width"]
    config = validate(DesignConfig, LINE | {"free": chosen}, "x.toml")
    assert config.free == chosen
    with pytest.raises(InputError, match=r"x\.toml: free = 'gait.step_width': expected a list"):
        validate(DesignConfig, LINE | {"free": "gait.step_width"}, "x.toml")


def test_other_choices_are_other_numbers() -> None:
    """Rows of another `free` must not be resumed; the order in which choices are named is none."""

    def identity(**changes: object) -> str:
        return design_from_tables(copy.deepcopy(OPTIMAL) | changes, "x.toml").content_hash

    one, two = ["gait.step_frequency"], ["gait.step_frequency", "gait.step_width"]
    assert len({identity(), identity(free=one), identity(free=two)}) == 3
    assert identity(free=two) == identity(free=two[::-1])
    assert identity() != design_from_tables(LINE, "x.toml").content_hash
