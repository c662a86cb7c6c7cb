"""How much of an answer is the metabolic model's: one stride under every one of them."""

import click

from stridesim.economy import Evaluation
from stridesim.economy.stride import DEFAULT_METABOLIC_MODEL
from stridesim.reports.output import print_table
from stridesim.results import quantity
from stridesim.studies.models import COMPARED, models_of, spread_of


def print_models(evaluation: Evaluation) -> None:
    """A row for every model, then how far they lie apart."""
    models = models_of(evaluation)
    spread = spread_of(models)
    rows = [
        [model, *(f"{found[name]:.2f}" for name in COMPARED)] for model, found in models.items()
    ]
    ends = [(s["lowest"]["value"], s["highest"]["value"]) for s in spread.values()]
    rows.append(["lowest to highest", *(f"{low:.2f} to {high:.2f}" for low, high in ends)])
    shares = [f"{s['percent_of_default']:.0f} %" for s in spread.values()]
    rows.append([f"range, % of {DEFAULT_METABOLIC_MODEL}", *shares])
    click.echo()
    print_table(
        f"The same stride under every metabolic model (tables above: {DEFAULT_METABOLIC_MODEL})",
        ["model", *(f"{name} ({quantity(name).unit})" for name in COMPARED)],
        rows,
    )
