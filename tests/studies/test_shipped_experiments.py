"""The experiments that come with stridesim: sound, complete, sourced, legible."""

import ast
import re

import pytest
from matplotlib.text import Text
from studies.made_experiment import ROOT, computed

from stridesim import shipped
from stridesim.studies.experiment import load
from stridesim.studies.published import files_of, written_in

SHIPPED = shipped.experiment_names(ROOT)
CLAIMED = [name for name in SHIPPED if load(name, ROOT).declared.question.claim]
"""The others draw a published figure again."""


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_experiment_is_sound_and_draws(name: str) -> None:
    """Question, answer, both verdicts and conditions, in letters that the back row reads."""
    import matplotlib.pyplot as plt

    from stridesim.plots.style import SHEET, SMALLEST, figure_style

    answer = computed(ROOT, name)
    assert answer.sentence.endswith(".")
    assert not re.search(r"\bnan\b", answer.sentence)
    with figure_style():
        figure = answer.draw()
        figure.canvas.draw()
        shown = [" ".join(text.get_text().split()) for text in figure.texts]
        letters = figure.findobj(lambda artist: isinstance(artist, Text) and artist.get_visible())
        sizes = [t.get_fontsize() for t in letters if t.get_text().strip()]
        plt.close(figure)
    assert answer.sentence in shown
    told = [s for s in shown if " Model: " in s or " Studies: " in s]
    assert len(told) == len(answer.judgement) == (2 if name in CLAIMED else 0)
    assert all(line.endswith(said) for line, said in zip(told, answer.judgement, strict=True))
    assert any("Held fixed: " in text and "n = " in text for text in shown)
    assert tuple(figure.get_size_inches()) == pytest.approx(SHEET)
    panels = [axes for axes in figure.axes if axes.axison and axes.get_label() != "<colorbar>"]
    assert 1 <= len(panels) <= 3
    assert min(sizes) >= SMALLEST


@pytest.mark.parametrize("name", CLAIMED)
def test_no_number_is_written_in_a_drawing_function(name: str) -> None:
    """But places in lists, the ends of a share in per cent, and thousandths."""
    tree = ast.parse((ROOT / shipped.SCRIPTS / f"{name}.py").read_text())
    numbers = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float)
    }
    assert numbers <= {0, 1, 2, 100, 1000}


@pytest.mark.parametrize("name", CLAIMED)
def test_an_experiment_has_a_source_for_its_change(name: str) -> None:
    declared = load(name, ROOT).declared
    assert declared.question.says
    assert declared.change is not None
    assert any(known in declared.change.source for known in ("doi:", "PMID", "no study", "none"))


def test_the_set_is_complete() -> None:
    """Declaration, script, picture and numbers, one stem each; nothing without the others."""
    scripts = {p.stem for p in (ROOT / shipped.SCRIPTS).glob("*.py")}
    assert {stem for stem in scripts if not stem.startswith("fit_")} == set(SHIPPED)
    numbers = {p.stem for p in (ROOT / "figures").glob("*.json")}
    assert set(SHIPPED) <= numbers
    for name in SHIPPED:
        assert all(path.is_file() for path in files_of(name, ROOT / "figures")), name
        assert written_in(name, ROOT / "figures")["experiment"] == name
