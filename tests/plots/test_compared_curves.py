"""Curves of variants: a line for each that runs, and a word for each that does not."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from economy.shipped import shipped

from stridesim.economy.compared import Compared, Variant
from stridesim.evidence.joint_curves import LABELS
from stridesim.plots.compared_curves import ROWS, draw_curves
from stridesim.plots.style import figure_style
from stridesim.results import Status


def _variant(name: str, **task: Any) -> Compared:
    found = shipped(3.5, **task)
    return Compared(Variant(name, found.runner, {}, None), found)


def test_every_curve_has_a_line_for_each_variant_that_runs() -> None:
    level, up = _variant("level"), _variant("up", task__slope=0.03)
    failed = level._replace(
        variant=level.variant._replace(name="none"),
        evaluation=level.evaluation._replace(status=Status.no_flight),
    )
    with figure_style():
        figure = draw_curves([level, up, failed], "bhargava2004_aerobic")
    assert sorted(name for row in ROWS for name in row) == sorted(LABELS)
    for axes in figure.axes:
        lines = [line for line in axes.get_lines() if not line.get_label().startswith("_")]  # pyright: ignore[reportAttributeAccessIssue]
        assert [line.get_label() for line in lines] == ["level", "up"]
        assert np.ptp(np.asarray(lines[0].get_ydata(), float)) > 0
    texts = " ".join(word for text in figure.texts for word in text.get_text().split())
    assert "No result: none." in texts
    plt.close(figure)
