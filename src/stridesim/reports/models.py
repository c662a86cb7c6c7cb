"""One stride under every metabolic model, as text: how much of an answer is the model's."""

import click

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.reports.output import print_table
from stridesim.results import quantity
from stridesim.studies.models import COMPARED
from stridesim.studies.stride import StrideAnswer


def print_models(answer: StrideAnswer) -> None:
    """A row for every model, then how far they lie apart."""
    told = answer.models()
    models, spread = told["metabolic_models"], told["metabolic_spread"].values()
    rows = [
        [model, *(f"{found[name]['value']:.2f}" for name in COMPARED)]
        for model, found in models.items()
    ]
    ends = [(s["lowest"]["value"], s["highest"]["value"]) for s in spread]
    rows.append(["lowest to highest", *(f"{low:.2f} to {high:.2f}" for low, high in ends)])
    shares = [f"{s['percent_of_default']:.0f} %" for s in spread]
    rows.append([f"range, % of {DEFAULT_METABOLIC_MODEL}", *shares])
    click.echo()
    print_table(
        f"The same stride under every metabolic model (tables above: {DEFAULT_METABOLIC_MODEL})",
        ["model", *(f"{name} ({quantity(name).unit})" for name in COMPARED)],
        rows,
    )
