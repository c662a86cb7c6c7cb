"""The figures' numbers come out again: few points of every experiment, computed anew."""

from pathlib import Path

import pytest

from stridesim import shipped
from stridesim.fingerprint import model_fingerprint
from stridesim.studies.experiment import load
from stridesim.studies.published import check, written_in

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ROOT / "figures"


def quick() -> list[str]:
    """Experiments whose points are not optima, which take a minute each."""
    names = shipped.experiment_names(ROOT)
    studies = {name: load(name, ROOT).study for name in names}
    return [name for name, study in studies.items() if study.runner.strategy != "optimal"]


@pytest.mark.parametrize("name", quick())
def test_numbers_come_out_again(name: str) -> None:
    """Those of this model: after a change of the equations figures are made anew first."""
    made = written_in(name, FIGURES).get("provenance", {}).get("model")
    if made != model_fingerprint():
        pytest.skip(f"figures/{name}.json is of the model {made}; 'stridesim figures' makes it")
    assert check(load(name, ROOT), FIGURES) == []
