"""`stridesim params`: every parameter of the model, from its one declaration."""

import math
from typing import TYPE_CHECKING, Any

import click

from stridesim.cli._options import json_option

if TYPE_CHECKING:
    from stridesim.parameter import Choice, Parameter


@click.command("params")
@click.argument("pattern", required=False)
@json_option
def command(pattern: str | None, as_json: bool) -> None:
    """List the parameters whose path or description contains PATTERN.

    PATTERN may be part of a path, a word of the description, or a path with * and ?. Values are
    in the unit that stands beside them; files and --set accept every other unit of the same kind.
    A parameter that is 'required' has no default that a source names: the runner's file gives it.

    \b
    Examples:
      stridesim params
      stridesim params stiffness
      stridesim params "tendon.*.strain_at_peak_force" --json
    """
    from stridesim.runner import CHOICES, PARAMETERS

    known = declared(PARAMETERS, CHOICES)
    chosen = select(known, pattern)
    if as_json:
        from stridesim.reports.output import print_json

        print_json({"parameters": {path: record(entry) for path, entry in chosen.items()}})
        return
    from stridesim.reports.output import print_table

    print_table(
        f"{len(chosen)} of {len(known)} parameters",
        ["parameter", "default", "unit", "permitted", "meaning", "source"],
        [row(entry) for entry in chosen.values()],
    )


def declared(
    numbers: "dict[str, Parameter]", choices: "dict[str, Choice]"
) -> "dict[str, Parameter | Choice]":
    """Numbers and choices in one list, a choice after the numbers of its group."""
    known: dict[str, Parameter | Choice] = {**numbers, **choices}
    groups = list(dict.fromkeys(path.partition(".")[0] for path in numbers))
    return dict(sorted(known.items(), key=lambda item: groups.index(item[0].partition(".")[0])))


def select(
    known: "dict[str, Parameter | Choice]", pattern: str | None
) -> "dict[str, Parameter | Choice]":
    """The parameters that match; raises `InputError` with the nearest path when none does."""
    import difflib
    import fnmatch

    from stridesim.results import InputError

    if pattern is None:
        return known
    if pattern in known:
        return {pattern: known[pattern]}
    wanted = pattern.lower()
    chosen = {
        path: entry
        for path, entry in known.items()
        if fnmatch.fnmatch(path, wanted)
        or wanted in path
        or wanted.replace("_", " ") in entry.doc.lower()
    }
    if not chosen:
        near = difflib.get_close_matches(wanted, list(known), n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise InputError(
            f"no parameter matches {pattern!r}{hint} ('stridesim params' lists them all)"
        )
    return chosen


def record(entry: "Parameter | Choice") -> dict[str, Any]:
    """A parameter as JSON; `default` is null where the runner must give it."""
    from stridesim.parameter import Choice
    from stridesim.units import accepted

    about: dict[str, Any] = {"meaning": entry.doc, "source": entry.source}
    if isinstance(entry, Choice):
        return {"choices": list(entry.choices), "default": entry.default, **about}
    low, high = entry.bounds
    return {
        "unit": entry.unit,
        "accepted_units": accepted(entry.unit),
        "default": None if math.isnan(entry.default) else entry.default,
        "bounds": [low, high],
        **about,
    }


def row(entry: "Parameter | Choice") -> list[str]:
    """A parameter as a line of the table."""
    from stridesim.parameter import Choice

    if isinstance(entry, Choice):
        permitted = " or ".join(entry.choices)
        return [entry.path, entry.default, "–", permitted, entry.doc, entry.source]
    low, high = entry.bounds
    default = "required" if math.isnan(entry.default) else f"{entry.default:g}"
    permitted = f"{low:g} to {high:g}"
    return [entry.path, default, entry.unit, permitted, entry.doc, entry.source]
