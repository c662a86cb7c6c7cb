"""Several runners, or one runner under several settings, side by side.

The first is what the others are compared with: a difference is the other less the first, and its
share is per cent of the first. A share is said only where zero means none: a quarter less knee
flexion depends on where flexion is counted from, so an angle has a difference alone. A variant
that cannot run keeps its reason.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from stridesim.economy.evaluate import Evaluation
from stridesim.results import quantity
from stridesim.runner import Runner


class Variant(NamedTuple):
    """A runner with a name; `settings` as written are what the variant changes, `file` is
    where the runner comes from (None: the shipped one)."""

    name: str
    runner: Runner
    settings: Mapping[str, str]
    file: str | None


class Compared(NamedTuple):
    """A variant and its stride; `reason` in one line says why there is none, and is empty."""

    variant: Variant
    evaluation: Evaluation
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is a stride whose numbers may be used."""
        return self.evaluation.ok


class Difference(NamedTuple):
    """A value, and how far it lies from the first's; `percent` is None where it means nothing."""

    value: float
    absolute: float
    percent: float | None


def difference(name: str, value: float, first: float) -> Difference:
    """Of the result `name`, in its unit."""
    value, first = float(value), float(first)
    share = None
    if quantity(name).unit != "deg" and first != 0 and math.isfinite(first):
        share = 100 * (value - first) / abs(first)
    return Difference(value, value - first, share)


def differences(
    found: Sequence[Compared], outputs: Sequence[str]
) -> dict[str, dict[str, Difference]]:
    """Name of every later variant that has a stride -> result -> its difference from the first.

    Empty where the first has none.
    """
    first = found[0]
    if not first.ok:
        return {}
    return {
        one.variant.name: {
            name: difference(name, one.evaluation.results[name], first.evaluation.results[name])
            for name in outputs
        }
        for one in found[1:]
        if one.ok
    }
