"""How well an answer is known: the errors of what was fitted, drawn and priced."""

from typing import Any

from stridesim.economy.uncertainty import LEVEL, NOT_INCLUDED, Propagated
from stridesim.runner import PARAMETERS
from stridesim.units import from_si


def spread_record(found: Propagated) -> dict[str, Any]:
    """Where intervals come from, in declared units: draws, failures, what each number does."""
    sources = {
        path: {
            "value": from_si(source.value, PARAMETERS[path].unit),
            "sd": from_si(source.sd, PARAMETERS[path].unit),
            "unit": PARAMETERS[path].unit,
            "cost_of_transport_per_sd": source.effect,
        }
        for path, source in found.sources.items()
    }
    return {
        "method": "draws of the fitted parameters' covariance, each solved and priced; "
        "low and high are quantiles of the draws that have a result",
        "level": LEVEL,
        "draws": found.draws,
        "failed": found.failed,
        "seed": found.seed,
        "parameters": sources,
        "not_included": NOT_INCLUDED,
    }
