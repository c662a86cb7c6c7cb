"""A chunk asks the model to get ready before its points are laid out."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from fake_sweep import LINE, Fake

from stridesim.sweeps.design import Design, design_from_tables
from stridesim.sweeps.engines.chunk import compute_chunk


def test_a_model_that_can_is_prepared_before_its_points_are_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []

    class Prepared(Fake):
        def prepare(self) -> None:
            told.append("prepare")

        def __call__(self, points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
            told.append("points")
            return super().__call__(points)

    laid_out = Design.part_points

    def part_points(*given: Any) -> Any:
        told.append("lay out")
        return laid_out(*given)

    monkeypatch.setattr(Design, "part_points", part_points)
    design = design_from_tables(LINE, "line.toml")
    prepared = compute_chunk(design, Prepared(), (0, 3))
    assert told == ["prepare", "lay out", "points"]
    plain = compute_chunk(design, Fake(), (0, 3))
    for name, column in plain.items():
        np.testing.assert_array_equal(prepared[name], column)
