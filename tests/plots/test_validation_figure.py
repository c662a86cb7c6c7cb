"""The validation figure: what was predicted first, what was given apart, rows in words."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from stridesim.evidence.literature import literature
from stridesim.evidence.predictions import NOT_ADDRESSED, basis
from stridesim.evidence.row_words import row_words
from stridesim.evidence.validation import Validation, Verdict
from stridesim.plots.style import figure_style
from stridesim.plots.validation import draw_validation, rows_of


def _found() -> Validation:
    """Every row in the middle of its band, but for one that is outside."""
    verdicts = []
    for row in literature():
        if row.id in NOT_ADDRESSED or row.low is None or row.high is None:
            verdicts.append(Verdict(row, None, None, "no", "predicted"))
            continue
        outside = row.id == "gmed_force"
        value = row.low - 0.25 * (row.high - row.low) if outside else 0.5 * (row.low + row.high)
        verdicts.append(Verdict(row, value, not outside, "", basis(row.id)))
    return Validation(tuple(verdicts), ())


def test_every_row_has_words_of_its_own() -> None:
    words = [row_words(row) for row in literature()]
    assert len(set(words)) == len(words)
    assert not any("_" in text for text in words)
    assert words[0] == "contact time, 2.5 m/s"


def test_predicted_rows_lead_and_told_ones_follow() -> None:
    found = _found()
    with figure_style():
        figure = draw_validation(found)
    predicted, told = rows_of(found)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles.index("Predicted") < titles.index("Fitted or given")
    first, second = figure.axes[titles.index("Predicted")], figure.axes[1]
    labels = [
        re.sub(r"\s+", " ", label.get_text())
        for axes in (first, second)
        for label in axes.get_yticklabels()
    ]
    assert len(labels) == len([v for v in predicted if v.row.topic != "tasks"])
    assert "Predicted: what tasks change" in titles
    assert all(v.basis == "predicted" for v in predicted)
    assert {v.basis for v in told} == {"fitted", "given"}
    ids = {row.id for row in literature()}
    assert not ids & set(labels), "no code names"
    place = labels.index("peak gluteus medius force") - len(first.get_yticklabels())
    marks = [
        np.asarray(line.get_xydata())[0] for line in second.get_lines() if line.get_marker() == "o"
    ]
    assert marks[place] == pytest.approx([-1.5, place]), "a quarter of a band below it"
    plt.close(figure)
