"""Parts of a claim's figure."""

from typing import Any, cast

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.lines import Line2D

from stridesim.plots import claims as module
from stridesim.plots.claims import legends, seen
from stridesim.plots.marks import THIS_RUNNER, ring
from stridesim.plots.style import figure_style


def test_what_is_seen_stands_above_every_line_and_has_no_tick_beside_it() -> None:
    with figure_style():
        figure, axes = plt.subplots()
        axes.plot(np.arange(3), [0.0, 1.0, 0.5])
        axes.set_ylim(0, 1)
        seen(axes, "The middle is the highest of the three places")
        figure.canvas.draw()
        into = axes.transData.inverted()
        (words,) = [text for text in axes.texts if text.get_text()]
        lowest = into.transform(words.get_window_extent())[0, 1]
        ticks = axes.get_yticks()
        plt.close(figure)
    assert words.get_text().count("\n") == 1
    assert lowest > 1.0
    assert max(ticks) <= 1.0


@pytest.mark.parametrize("drawn", [True, False])
def test_the_circle_is_explained_where_it_is_drawn(
    drawn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    circle = Line2D([], [], label=THIS_RUNNER)
    monkeypatch.setattr(module, "legend_handles", lambda *_args, **_kwargs: [circle])
    with figure_style():
        figure, axes = plt.subplots()
        axes.plot([0, 1], [0, 1], "o-")
        if drawn:
            ring(axes, 0.5, 0.5)
        legends(figure, cast("Any", None), [])
        (legend,) = figure.legends
        words = [text.get_text() for text in legend.get_texts()]
        plt.close(figure)
    assert (THIS_RUNNER in words) is drawn
