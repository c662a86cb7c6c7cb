"""Names and titles in figures are text: no formula breaks them, no character an invalid file."""

import copy
import warnings
import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from fake_sweep import LINE, Fake

from stridesim.plots.style import figure_style, save_figure
from stridesim.plots.sweep import save_sweep
from stridesim.sweeps import run_in_memory
from stridesim.sweeps.design import design_from_tables

AWKWARD = [
    r"costs $5 or $\foo{$",
    "$x_$ and $^$",
    r"a_b^c\d {e} $",
    "\x1b[31m$\x00 & <b> \u202e ]]>",
    "\ufffe\x7f\r",
    "two\nlines",
]


def _texts(path: Path) -> str:
    return "\n".join(ET.parse(path).getroot().itertext())


@pytest.mark.parametrize("title", AWKWARD, ids=range(len(AWKWARD)))
@pytest.mark.parametrize("suffix", [".svg", ".png", ".pdf"])
def test_a_sweep_of_any_title_is_drawn(title: str, suffix: str, tmp_path: Path) -> None:
    design = design_from_tables(copy.deepcopy(LINE) | {"title": title}, "x.toml")
    result = run_in_memory(design, Fake(2.0))
    with warnings.catch_warnings(record=True) as said:
        save_sweep(result, tmp_path / f"a{suffix}")
    assert not said
    if suffix == ".svg":
        assert design.config.title in _texts(tmp_path / "a.svg")
        assert set("$_^\\") & set(title) <= set(_texts(tmp_path / "a.svg"))


def test_every_text_of_a_figure_is_plain(tmp_path: Path) -> None:
    evil = "$\\bad_{$\x1b[0m\x00"
    with figure_style():
        figure, axes = plt.subplots()
        axes.semilogy([1, 2], [1e-4, 1e3], label=evil)
        axes.set(title=evil, xlabel=evil, ylabel=evil)
        axes.set_xticks([1, 2], [evil, "b"])
        axes.annotate(evil, (1, 1))
        axes.legend()
        figure.suptitle(evil)
        save_figure(figure, tmp_path / "a.svg")
        plt.close(figure)
    texts = _texts(tmp_path / "a.svg")
    assert texts.count("$\\bad_{$\\u001b[0m\\u0000") == 7
    assert "mathdefault" not in texts


def test_a_layout_is_made_of_text_before_it_is_saved() -> None:
    """What measures names draws them, and a broken formula would be raised there."""
    with figure_style():
        figure, axes = plt.subplots()
        axes.set_title(r"$\foo{$")
        figure.canvas.draw()
        plt.close(figure)
