"""Fixtures of experiments."""

from pathlib import Path

import pytest
from studies.made_experiment import fake_effects, fake_model

from stridesim import shipped
from stridesim.evidence import effect
from stridesim.studies import sweep_model


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_model, "model", lambda _design: fake_model)
    monkeypatch.setattr(effect, "effects_of", fake_effects)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in (shipped.EXPERIMENTS, shipped.SCRIPTS):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path
