"""The answer to `validate`: its table and scores are those of the verdicts.

The model is stood in for; `tests/evidence` judges it.
"""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from stridesim.evidence.joint_curves import Curve
from stridesim.evidence.literature import literature
from stridesim.evidence.validation import Validation, Verdict
from stridesim.runner import Runner
from stridesim.studies import validation as study
from stridesim.studies.validation import ValidationAnswer, validate


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> ValidationAnswer:
    """The first two rows with a band: inside, and below it; and one curve."""
    first, second = [row for row in literature() if row.low is not None and row.high is not None][
        :2
    ]
    verdicts = (
        Verdict(first, first.low, True, "", "predicted"),
        Verdict(second, 0.0, False, "", "fitted"),
    )
    percent = np.linspace(0.0, 100.0, 51)
    curve = Curve("knee_flex_abs", 2.5, percent, 0 * percent, 0 * percent + 1, 0 * percent, 1.0)
    monkeypatch.setattr(study, "judge", lambda *_: Validation(verdicts, (curve,)))
    return validate(Runner.load())


def test_scores_count_the_rows_inside(answer: ValidationAnswer) -> None:
    assert answer.ok
    assert (answer.score.inside, answer.score.addressed) == (1, 2)
    assert (answer.predicted_score.inside, answer.predicted_score.addressed) == (1, 1)


def test_the_record_and_the_table_have_every_row(answer: ValidationAnswer) -> None:
    whole = answer.to_dict()
    assert whole["schema"]["kind"] == "validation"
    assert [row["inside"] for row in whole["rows"]] == [True, False]
    assert whole["score"]["share"] == 0.5
    assert whole["curves"][0]["share_of_stance_within_sd"] == 1.0
    columns, rows = answer.table()
    assert [dict(zip(columns, row, strict=True))["id"] for row in rows] == [
        row["id"] for row in whole["rows"]
    ]


def test_the_figure_is_drawn(answer: ValidationAnswer) -> None:
    figure = answer.plot()
    assert figure.axes
    plt.close(figure)
