"""Stories: declared in data, and what they tell is the experiments'."""

from pathlib import Path

import pytest
from lab.made_evidence import made_record, made_root, write

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.lab.solving import Solving
from stridesim.lab.story import asked, evidence_of, published, read_story, stories
from stridesim.results import InputError
from stridesim.runner import Runner

TENDON = next(story for story in stories() if story.name == "tendon_stiffness")
WORDS = """
[en]
title = "Title"
ask = "Question?"
[de]
title = "Titel"
ask = "Frage?"
"""


def test_a_story_changes_with_the_json_of_its_experiment(tmp_path: Path) -> None:
    root = made_root(tmp_path)
    record = made_record(TENDON)

    def told() -> dict[str, object]:
        solving = Solving(Runner.load(), DEFAULT_METABOLIC_MODEL, root)
        solving.close()
        return solving.evidence("tendon_stiffness")

    assert told()["answer"] == "A made answer."
    assert told()["model"] == record["verdict"]["model"]
    record["answer"] = "Another answer."
    record["verdict"]["model"]["verdict"] = "contradicted"
    record["results"]["cost_of_transport"]["values"][4] = 6.5
    write(root, TENDON, record)
    found = told()
    assert found["answer"] == "Another answer."
    assert found["model"]["verdict"] == "contradicted"  # pyright: ignore[reportIndexIssue]
    assert found["curve"] == {
        "path": "tendon.stiffness_scale",
        "unit": "J/kg/m",
        "x": [0.0, 2.0, 4.0],
        "y": [4.0, 6.5, None],
    }


def test_without_verdicts_no_story_is_told(tmp_path: Path) -> None:
    root = made_root(tmp_path)
    record = made_record(TENDON)
    del record["verdict"]
    write(root, TENDON, record)
    assert "tendon_stiffness" not in published(root)
    solving = Solving(Runner.load(), DEFAULT_METABOLIC_MODEL, root)
    solving.close()
    with pytest.raises(InputError, match="name = 'tendon_stiffness': expected one of"):
        solving.evidence("tendon_stiffness")


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.name)
def test_a_story_is_short_and_gives_nothing_away(story) -> None:
    told = asked(story)
    assert len(story.sliders) <= 2
    for slider in story.sliders:
        assert slider.low <= story.to[slider.path] <= slider.high
    for words in (story.en, story.de):
        assert len(words.title) < 80
        assert len(words.ask) < 500
        assert words.title.endswith("?")
        assert "%" not in words.ask.replace("60 %", "").replace("30 %", "")
    assert {"answer", "model", "published"}.isdisjoint(told)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('claim = "X"', "claim"),
        ('claim = "C2"', "either 'to'"),
        ('claim = "C2"\nexperiment = "a"\n[to]\n"tendon.stiffness_scale" = 2.0', "outcome"),
        ('claim = "C2"\nexperiment = "a"\noutcome = "cost"\n[to]\n"tendon.stiffness_scale" = 2.0',
         "cost"),
        ('claim = "C2"\nexperiment = "a"\noutcome = "cost_of_transport"\n[to]\n"tendon.x" = 2.0',
         "tendon.x"),
        ("claim = ", "x.toml"),
    ],
)  # fmt: skip
def test_a_story_that_is_not_sound_is_refused(text: str, message: str) -> None:
    head, _, table = text.partition("[to]")
    with pytest.raises(InputError, match=message):
        read_story("x", head + WORDS + (f"[to]{table}\n" if table else ""))


def test_a_curve_is_read_where_the_story_says() -> None:
    text = (
        'claim = "C7"\nexperiment = "press"\n[curve]\nx = "a.b"\ny = "c"\nfrom = 5.0\nto = 90.0\n'
    )
    story = read_story("press", text + WORDS.replace('?"', '?"\nx = "angle"\ny = "force"'))
    record = made_record(story)
    assert evidence_of(story, record)["curve"]["y"] == [10.0, 13.0]
    del record["c"]
    with pytest.raises(InputError, match=r"press.toml: c: the experiment's JSON has no list"):
        evidence_of(story, record)
