"""The figure of a comparison: bars, reasons, and a scale that a trifle does not fill."""

from typing import Any

import jax
import matplotlib.pyplot as plt
import numpy as np
import pytest

from stridesim.economy import Evaluation, evaluate
from stridesim.economy.compared import Compared, Variant, differences
from stridesim.plots.compared import LEAST, draw_compared
from stridesim.plots.style import figure_style
from stridesim.results import Status
from stridesim.runner import Runner
from stridesim.words.everyday import COMPARED


@pytest.fixture(scope="module")
def solved() -> Evaluation:
    with jax.numpy_rank_promotion("allow"):
        found = evaluate(Runner.load())
    return found._replace(stride=jax.tree.map(np.asarray, found.stride))


def _compared(solved: Evaluation, costs: dict[str, float]) -> list[Compared]:
    return [
        Compared(
            Variant(name, solved.runner, {}, None),
            solved._replace(results=solved.results | {"cost_of_transport": cost}),
        )
        for name, cost in costs.items()
    ]


def _drawn(found: list[Compared]) -> Any:
    with figure_style():
        return draw_compared(found, COMPARED, "umberger2010")


def test_the_figure_draws_the_differences(solved: Evaluation) -> None:
    found = _compared(solved, {"me": 4.0, "dearer": 4.4, "cheaper": 3.8})
    found.append(found[0]._replace(
        variant=found[0].variant._replace(name="weak"),
        evaluation=solved._replace(status=Status.pelvis_not_level),
        reason="pelvis_not_level: the hip stabiliser is too weak",
    ))  # fmt: skip
    figure = _drawn(found)
    widths = [axes.patches[0].get_width() for axes in figure.axes[:2]]
    assert widths == pytest.approx([10.0, -5.0])
    assert differences(found, ["cost_of_transport"])["dearer"]["cost_of_transport"].percent == (
        pytest.approx(10.0)
    )
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["dearer", "cheaper", "weak"]
    said = " ".join(" ".join(text.get_text() for text in figure.axes[2].texts).split())
    assert "no result: pelvis not level: the hip stabiliser is too weak" in said
    assert "+0.40 J/kg/m" in [text.get_text() for text in figure.axes[0].texts]
    plt.close(figure)


def test_a_trifle_does_not_fill_the_figure(solved: Evaluation) -> None:
    figure = _drawn(_compared(solved, {"me": 4.0, "nearly me": 4.002}))
    low, high = figure.axes[0].get_xlim()
    assert low < 0 < high
    assert high - low >= 2 * LEAST
    plt.close(figure)
