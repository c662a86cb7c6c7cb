"""Experiments on a made-up model: quick, smooth, with a corner that fails."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from stridesim import shipped
from stridesim.evidence import effect
from stridesim.evidence.effect import Asked
from stridesim.evidence.verdict import Effect
from stridesim.gait.spring_mass import STEPS_TO_COUNT, Region, SpringMass
from stridesim.results import GROUP_QUANTITIES, QUANTITIES
from stridesim.runner import GROUPS
from stridesim.studies import self_stability, sweep_model
from stridesim.studies.experiment import ExperimentAnswer, load, run

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import matplotlib.pyplot as plt
from stridesim.plots.panels import lines_panel
from stridesim.words.sweep_answer import answer as sentence

def answer(found):
    return sentence(found.result)

def draw(found):
    figure, axes = plt.subplots(layout="constrained")
    lines_panel(axes, found.result, "cost_of_transport")
    return figure
"""


def fake_model(points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Every result there is, smooth in every axis; the far corner of the first axis fails."""
    x = sum(np.asarray(values) for values in points.values())
    first = next(iter(points.values()))
    n = len(first)
    names = [*QUANTITIES, *(f"{head}.{group}" for head in GROUP_QUANTITIES for group in GROUPS)]
    # Below 1, as shares are: figures show no more of them than that.
    shape = 0.05 * np.tanh(0.1 * x - 0.7) ** 2
    answers = {name: 0.3 + 0.002 * k + shape for k, name in enumerate(names)}
    failed = first >= np.partition(first, -2)[-2] if n > 2 else np.zeros(n, bool)
    status = np.where(failed, "no_periodic_gait", "ok")
    return {**{k: np.where(failed, np.nan, v) for k, v in answers.items()}, "status": status}


def fake_region(runner: SpringMass, angles: np.ndarray, stiffnesses: np.ndarray) -> Region:
    """Legs in the middle third of the angles run on at every speed."""
    runs = np.abs(angles - angles.mean()) < np.ptp(angles) / 6
    return Region(runner, angles, stiffnesses, np.outer(stiffnesses > 0, STEPS_TO_COUNT * runs))


def fake_effects(asked: Asked, tell: Callable[[int], object]) -> list[Effect]:
    """An effect of -1, -2 and so on per cent at the speeds."""
    tell(1)
    by = {"model": {"a": -1.0, "b": -3.0}, "strategy": {"gait chosen anew": -2.0}}
    parts = {"runner": 0.3, "metabolic model": 0.4}
    return [Effect(name, -1.0 - k, parts, by) for k, (name, *_) in enumerate(asked.runners)]


def computed(root: Path, name: str, evaluate: Callable[..., dict] = fake_model) -> ExperimentAnswer:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sweep_model, "model", lambda _design: evaluate)
        patched.setattr(effect, "effects_of", fake_effects)
        patched.setattr(self_stability, "region", fake_region)
        return run(load(name, root), smoke=True)


def declare(root: Path, name: str, **replaced: str) -> None:
    text = (ROOT / "configs/experiments/tendon_stiffness.toml").read_text()
    text = text.replace("points = 41", "points = 7")
    for old, new in replaced.items():
        text = text.replace(old, new)
    (root / shipped.EXPERIMENTS / f"{name}.toml").write_text(text)
    (root / shipped.SCRIPTS / f"{name}.py").write_text(SCRIPT)
