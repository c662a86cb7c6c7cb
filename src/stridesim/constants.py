"""Physical constants, one place each, with their sources.

Everything here is a property of the world or of tissue in general. What belongs to one
runner (and may be swept, fitted or configured) is a parameter and lives in `runner/`.
"""

from typing import Final

GRAVITY: Final = 9.80665
"""Standard acceleration of gravity, m/s2 (BIPM, 3rd CGPM 1901)."""

AIR_DENSITY: Final = 1.225
"""Air at 15 degC and sea level, kg/m3 (ISO 2533:1975)."""

MUSCLE_DENSITY: Final = 1059.7
"""kg/m3 (Mendez & Keys 1960, Metabolism 9:184; used by Rajagopal 2016)."""

SPECIFIC_TENSION: Final = 0.60e6
"""Pa. The specific tension behind Rajagopal 2016's strengths (doi:10.1109/TBME.2016.2586891);
muscle masses must use the same value or the mass of a leg is wrong by a factor of two."""

MAXIMAL_SHORTENING_VELOCITY: Final = 10.0
"""Optimal fibre lengths a second (Rajagopal 2016; De Groote 2016)."""

DEFAULT_METABOLIC_MODEL: Final = "bhargava2004_aerobic"
"""Of the models in `energetics` the one that is near what laboratories measure both in the level of
cost and in what slopes, pulls and support change."""
