"""The page's own files: words, weight, and what they must not hold."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from stridesim.energetics.model import HeatRates
from stridesim.energetics.upkeep import Upkeep
from stridesim.lab.controls import MORE, PRESETS, SLIDERS, SWEPT
from stridesim.lab.story import stories
from stridesim.results import Status
from stridesim.runner import GROUPS

STATIC = Path(__file__).resolve().parents[2] / "src/stridesim/lab/static"
SCRIPTS = sorted(STATIC.glob("*.js"))
WORDS = {
    name: json.loads((STATIC / f"text/{name}.json").read_text("utf-8")) for name in ("en", "de")
}
SAME = {"muscle_tensor_fasciae_latae"}
"""Written alike in both languages."""


def _slots(words: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", words))


def test_every_language_has_every_word() -> None:
    english, german = WORDS["en"], WORDS["de"]
    assert set(english) - set(german) == SAME
    assert set(german) <= set(english)
    for key, words in german.items():
        assert _slots(words) <= _slots(english[key]), key


def test_every_word_that_the_page_asks_for_is_there() -> None:
    page = (STATIC / "index.html").read_text("utf-8")
    asked = set(re.findall(r'data-(?:t|label)="(\w+)"', page))
    for script in SCRIPTS:
        asked |= set(re.findall(r'\bt\("(\w+)"', script.read_text("utf-8")))
    asked |= {f"status_{status.name}" for status in Status if status != Status.ok}
    asked |= {f"muscle_{group}" for group in GROUPS}
    asked |= {f"preset_{name}" for name in PRESETS}
    asked |= {f"parameter_{slider.path}" for slider in (*SLIDERS, *MORE)}
    asked |= {f"result_{name}" for name in SWEPT}
    asked |= {f"story_way_{name}" for name in ("falls", "same", "rises", "cannot")}
    asked |= {f"story_size_{name}" for name in ("small", "middle", "large")}
    asked |= {f"parameter_{path}" for story in stories() for path in story.to}
    asked |= {f"result_{story.outcome}" for story in stories() if story.to}
    asked |= {f"finding_{sign}" for sign in ("supports", "contradicts", "null", "context")}
    asked |= {f"cost_{name}" for name in (*HeatRates._fields, *Upkeep._fields, "stance", "swing")}
    assert asked <= set(WORDS["en"]), asked - set(WORDS["en"])


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_small_and_shows_text_as_text(script: Path) -> None:
    text = script.read_text("utf-8")
    assert len(text.splitlines()) <= 400
    for harmful in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert harmful not in text
    addresses = set(re.findall(r"https?://[^\"\s]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg"}, "nothing is fetched from elsewhere"


def test_what_is_carried_from_others_is_unchanged_and_has_its_licence() -> None:
    vendor = STATIC / "vendor"
    for line in (vendor / "SHA256SUMS").read_text("utf-8").splitlines():
        expected, name = line.split()
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == expected
    assert "MIT" in (vendor / "uPlot.LICENSE").read_text("utf-8")
