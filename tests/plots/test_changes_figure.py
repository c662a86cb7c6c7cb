"""The figure of changes: a dot for every number, on the line where the model answers as people."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes

from stridesim.evidence.changes import changes
from stridesim.evidence.literature import literature
from stridesim.plots.changes import draw_changes
from stridesim.plots.style import figure_style


def _dots(axes: Axes) -> np.ndarray:
    lines = [line for line in axes.get_lines() if line.get_marker() not in ("", "None", None)]
    return np.array([np.ravel(line.get_xydata()) for line in lines])


def test_every_number_is_a_dot_on_the_line() -> None:
    found = changes({row.id: row.published for row in literature()}.get)
    with figure_style():
        figure = draw_changes(found, "the record")
    cost, motion = (_dots(axes) for axes in figure.axes)
    assert len(cost) + len(motion) == len(found)
    assert cost[:, 0] == pytest.approx(cost[:, 1])
    assert len(cost) == sum(c.is_cost for c in found)
    for axes in figure.axes:
        assert axes.get_xlim() == axes.get_ylim()
    plt.close(figure)


def test_a_panel_without_numbers_says_so() -> None:
    with figure_style():
        figure = draw_changes(changes({"force_6": 1.4}.get), "other")
    assert [text.get_text() for text in figure.axes[1].texts] == ["no numbers"]
    assert len(_dots(figure.axes[0])) == 1
    plt.close(figure)
