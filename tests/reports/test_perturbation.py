"""A perturbed run as text: every step, how stable the gait is, and the answer in a sentence."""

import pytest

from stridesim.reports.perturbation import print_perturbation
from stridesim.runner import Runner
from stridesim.studies.perturbation import perturb

ASKED = {"name": "rbds011", "file": None, "set": {"tendon.stiffness_scale": "0.8"}}


def test_a_fall_is_told_step_by_step(capsys: pytest.CaptureFixture[str]) -> None:
    runner = Runner.load().with_(ASKED["set"])
    answer = perturb(runner, ground_drop="3 cm", steps=12, settings=ASKED["set"])
    print_perturbation(answer, ASKED)
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "ground drop 3 cm" in lines
    assert "set tendon.stiffness_scale = 0.8" in lines
    assert sum(line.endswith("perturbed") for line in lines) == 1
    assert sum("falls: " in line for line in lines) == 1
    assert any(line.startswith("gait ") and line.endswith("the periodic stride") for line in lines)
    assert f"spectral_radius {answer.spectral_radius:.4g} 1 " in " ".join(lines)
    assert lines[-2] == answer.sentence
    assert lines[-1].startswith("note: tendon.stiffness_scale: no part of a perturbed run")
    assert not any("Basin" in line for line in lines)
