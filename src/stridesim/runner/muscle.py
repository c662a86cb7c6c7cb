"""Muscles and tendons: fourteen lumped groups of one leg.

Strengths, paths and pennation are Rajagopal 2016 (doi:10.1109/TBME.2016.2586891), refined where
that model is known to make excessive passive force in the flexed knee: fibre and tendon lengths
about the knee and ankle from Lai 2017 (doi:10.1007/s10439-017-1920-7), passive strains calibrated
to measured passive joint moments by Uhlrich 2022 (doi:10.1038/s41598-022-13386-9). All in
`data/muscles.csv`.
"""

import csv
import functools
import importlib.resources
import math
from collections.abc import Callable
from typing import Any, Final

import equinox as eqx

from stridesim.constants import MAXIMAL_SHORTENING_VELOCITY
from stridesim.parameter import parameter

_RAJAGOPAL: Final = "Rajagopal 2016, doi:10.1109/TBME.2016.2586891"
_LAI: Final = f"{_RAJAGOPAL}; knee and ankle muscles Lai 2017, doi:10.1007/s10439-017-1920-7"
_UHLRICH: Final = "Uhlrich 2022, doi:10.1038/s41598-022-13386-9 (after Silder 2007)"


def _table() -> dict[str, dict[str, str]]:
    text = importlib.resources.files("stridesim.runner").joinpath("data/muscles.csv").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {row["group"]: row for row in csv.DictReader(lines)}


_TABLE: Final = _table()
GROUPS: Final[tuple[str, ...]] = tuple(_TABLE)
"""The muscle groups of one leg, in the order of every muscle axis in the package."""

ACHILLES: Final[tuple[str, ...]] = ("gastrocnemius", "soleus")


class MuscleGroup(eqx.Module):
    """One lumped group: what its fibres are."""

    peak_isometric_force: Any = parameter(
        unit="N", doc="peak isometric force F0", bounds=(20.0, 40e3), source=_RAJAGOPAL
    )
    optimal_fiber_length: Any = parameter(
        unit="m", doc="optimal fibre length", bounds=(0.01, 0.4), source=_LAI
    )
    pennation: Any = parameter(
        unit="deg", doc="pennation at optimal length", bounds=(0.0, 45.0), source=_RAJAGOPAL
    )
    slow_twitch_fraction: Any = parameter(
        unit="1",
        doc="share of slow fibres",
        bounds=(0.0, 1.0),
        source="Uchida 2016, doi:10.1371/journal.pone.0150378",
    )
    passive_strain_at_zero_force: Any = parameter(
        unit="1",
        doc="fibre strain from optimal length at which passive force begins",
        bounds=(-0.4, 0.5),
        source=_UHLRICH,
    )
    passive_strain_at_peak_force: Any = parameter(
        unit="1",
        doc="fibre strain from optimal length at which passive force equals F0",
        bounds=(0.3, 2.0),
        source=_UHLRICH,
    )
    coactivation: Any = parameter(
        0.0,
        unit="1",
        doc="activation that the group keeps in stance hip extension, whatever the task needs",
        bounds=(0.0, 0.95),
        source="0: load sharing alone decides",
    )
    fatigued_share: Any = parameter(
        0.0,
        unit="1",
        doc="share of motor units that are fatigued: they give no force and use no energy",
        bounds=(0.0, 0.95),
        source="0: fresh; a distance run follows Xia & Frey-Law 2008, "
        "doi:10.1016/j.jbiomech.2008.07.013",
    )


def _muscle(group: str) -> MuscleGroup:
    row = _TABLE[group]
    return MuscleGroup(
        peak_isometric_force=float(row["peak_isometric_force_N"]),
        optimal_fiber_length=float(row["optimal_fiber_length_m"]),
        pennation=math.radians(float(row["pennation_at_optimal_deg"])),
        slow_twitch_fraction=float(row["slow_twitch_fraction"]),
        passive_strain_at_zero_force=float(row["passive_strain_at_zero_force"]),
        passive_strain_at_peak_force=float(row["passive_strain_at_peak_force"]),
    )


class TendonGroup(eqx.Module):
    """One lumped group: what its tendon is."""

    strain_at_peak_force: Any = parameter(
        unit="1",
        doc="tendon strain at peak isometric force e0: a stiffer tendon strains less",
        bounds=(0.005, 0.3),
        source="plantarflexors Arnold 2013, doi:10.1242/jeb.075697; others Millard 2013, "
        "doi:10.1115/1.4023390, after Maganaris & Paul 2002 in vivo",
    )
    slack_length: Any = parameter(
        unit="m", doc="tendon slack length", bounds=(0.005, 0.8), source=_LAI
    )


def _tendon(group: str) -> TendonGroup:
    return TendonGroup(
        strain_at_peak_force=float(_TABLE[group]["tendon_strain_at_peak_force"]),
        slack_length=float(_TABLE[group]["tendon_slack_length_m"]),
    )


def _group(make: Callable[[str], eqx.Module], group: str) -> Any:
    return eqx.field(default_factory=functools.partial(make, group))


def mtu_length_at_reference(group: str) -> float:
    """Musculotendon length (m) at the reference posture of `data/muscles.csv`."""
    return float(_TABLE[group]["mtu_length_m"])


class Muscles(eqx.Module):
    """What all groups share, then the groups themselves (in the order of `GROUPS`)."""

    strength_scale: Any = parameter(
        1.25,
        unit="1",
        doc="scale of every peak isometric force; ground forces do not show it, and it sets the "
        "level of the metabolic cost",
        bounds=(0.2, 3.0),
        source=f"1 = {_RAJAGOPAL}; 1.25 is the least, in steps of 0.05, with which the shipped "
        "runner runs every recorded speed and a fifth beyond the fastest (2.5 to 5.4 m/s)",
    )
    activation_time: Any = parameter(
        0.015,
        unit="s",
        doc="time constant of activation",
        bounds=(0.001, 0.15),
        source="De Groote 2016, doi:10.1007/s10439-016-1591-9",
    )
    deactivation_time: Any = parameter(
        0.060,
        unit="s",
        doc="time constant of deactivation",
        bounds=(0.001, 0.4),
        source="De Groote 2016, doi:10.1007/s10439-016-1591-9",
    )
    voluntary_activation: Any = parameter(
        0.90,
        unit="1",
        doc="activation that a maximal effort of will reaches; it acts on static strength and the "
        "leg press, not on running",
        bounds=(0.1, 1.0),
        source="knee extensors of healthy people by twitch interpolation: Kooistra 2007, "
        "doi:10.1007/s00421-007-0425-8; 0.97 in people chosen for it",
    )
    dominance: Any = parameter(
        0.0,
        unit="1",
        doc="dominance of big muscles: small ones (gluteus medius and minimus, TFL) weigh "
        "(1 + dominance) in load sharing",
        bounds=(-0.9, 20.0),
        source="0: sharing by muscle volume alone",
    )
    maximal_shortening_velocity: Any = parameter(
        MAXIMAL_SHORTENING_VELOCITY,
        unit="1/s",
        doc="maximal shortening velocity in optimal fibre lengths a second",
        bounds=(3.0, 20.0),
        source=f"{_RAJAGOPAL}; De Groote 2016",
    )
    gluteus_maximus: MuscleGroup = _group(_muscle, "gluteus_maximus")
    hamstrings: MuscleGroup = _group(_muscle, "hamstrings")
    biceps_femoris_short: MuscleGroup = _group(_muscle, "biceps_femoris_short")
    gluteus_medius: MuscleGroup = _group(_muscle, "gluteus_medius")
    gluteus_minimus: MuscleGroup = _group(_muscle, "gluteus_minimus")
    tensor_fasciae_latae: MuscleGroup = _group(_muscle, "tensor_fasciae_latae")
    iliopsoas: MuscleGroup = _group(_muscle, "iliopsoas")
    rectus_femoris: MuscleGroup = _group(_muscle, "rectus_femoris")
    vasti: MuscleGroup = _group(_muscle, "vasti")
    gastrocnemius: MuscleGroup = _group(_muscle, "gastrocnemius")
    soleus: MuscleGroup = _group(_muscle, "soleus")
    tibialis_anterior: MuscleGroup = _group(_muscle, "tibialis_anterior")
    adductor_magnus: MuscleGroup = _group(_muscle, "adductor_magnus")
    adductors_short: MuscleGroup = _group(_muscle, "adductors_short")


class Tendons(eqx.Module):
    """What all tendons share, then the tendons themselves (in the order of `GROUPS`)."""

    stiffness_scale: Any = parameter(
        1.0,
        unit="1",
        doc="scale of the stiffness of every tendon",
        bounds=(0.2, 5.0),
        source=_RAJAGOPAL,
    )
    hysteresis: Any = parameter(
        0.05,
        unit="1",
        doc="share of the stored elastic energy that a cycle loses",
        bounds=(0.0, 0.5),
        source="Achilles in vivo: Peltonen 2013, SpringerPlus 2:212",
    )
    yield_strain: Any = parameter(
        0.10,
        unit="1",
        doc="strain beyond which fibres of the tendon yield and recoil is lost",
        bounds=(0.02, 0.3),
        source="Achilles failure strain 0.12 to 0.16, yield near 0.10: Wren 2001, "
        "doi:10.1016/S0268-0033(00)00089-9",
    )
    achilles_in_common: Any = parameter(
        1.0,
        unit="1",
        doc="share of soleus' tendon that is one tendon with that of gastrocnemius; 0 gives each "
        "a tendon of its own, 0.24 joins the free Achilles alone",
        bounds=(0.0, 1.0),
        source="1: the usual simplification of one elastic structure, which Farris 2013, "
        "doi:10.1242/jeb.077131, names and questions; a choice",
    )
    gluteus_maximus: TendonGroup = _group(_tendon, "gluteus_maximus")
    hamstrings: TendonGroup = _group(_tendon, "hamstrings")
    biceps_femoris_short: TendonGroup = _group(_tendon, "biceps_femoris_short")
    gluteus_medius: TendonGroup = _group(_tendon, "gluteus_medius")
    gluteus_minimus: TendonGroup = _group(_tendon, "gluteus_minimus")
    tensor_fasciae_latae: TendonGroup = _group(_tendon, "tensor_fasciae_latae")
    iliopsoas: TendonGroup = _group(_tendon, "iliopsoas")
    rectus_femoris: TendonGroup = _group(_tendon, "rectus_femoris")
    vasti: TendonGroup = _group(_tendon, "vasti")
    gastrocnemius: TendonGroup = _group(_tendon, "gastrocnemius")
    soleus: TendonGroup = _group(_tendon, "soleus")
    tibialis_anterior: TendonGroup = _group(_tendon, "tibialis_anterior")
    adductor_magnus: TendonGroup = _group(_tendon, "adductor_magnus")
    adductors_short: TendonGroup = _group(_tendon, "adductors_short")
