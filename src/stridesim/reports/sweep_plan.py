"""A plan of a sweep as text: what varies, and the time, memory and disk that it takes."""

from typing import Any

import click

from stridesim.reports.output import print_table
from stridesim.sweeps.plan import Plan
from stridesim.words.wording import amount, number


def print_plan(plan: Plan) -> None:
    """A table of the design and its cost, and notes."""
    design = plan.design
    title = f"{design.name}: {design.rows} rows, {design.size} of them points"
    print_table(title, ["what", "how much"], [*_design_lines(plan), *_cost_lines(plan)])
    for note in _notes(plan):
        click.echo(f"note: {note}")


def _design_lines(plan: Plan) -> list[list[str]]:
    """What varies, and what ties it together."""
    design, lines = plan.design, []
    for axis in design.axes:
        unit = axis.parameter.unit
        count = f", {len(axis.values)} values" if axis.values else ""
        scale = ", log" if axis.scale == "log" else ""
        ends = f"{amount(axis.low, '1')} to {amount(axis.high, unit)}"
        lines.append([axis.path, f"{ends}{count}{scale}"])
    lines += [[path, f"= {link.text}"] for path, link in design.relations.links.items()]
    lines += [["constraint", expression.text] for expression in design.relations.constraints]
    if design.relations.constraints:
        lines.append(["dropped", f"{plan.dropped} of {plan.dropped + design.size} points"])
    for case, size in zip(design.cases, design.sizes, strict=True):
        if case.words:
            lines.append(["runner, task", f"{case.words}: {size} points"])
    return lines


def _cost_lines(plan: Plan) -> list[list[str]]:
    probe, rows = plan.probe, plan.design.rows
    memory = "not measured on this system"
    if probe.peak_memory is not None:
        held = probe.peak_memory + plan.table_memory
        memory = f"{_size(held)}, of which {_size(plan.table_memory)} for the columns shown"
    return [
        ["chunks", f"{plan.chunks} of {plan.chunk_size} rows"],
        ["finished", f"{plan.finished} of {rows} rows in {plan.folder}"],
        ["probe", f"{probe.rows} rows in {number(probe.seconds)} s, {number(probe.rate)} a second"],
        ["time", f"{_span(plan.seconds)}, and {_span(probe.compilation)} to compile"],
        ["memory", memory],
        ["disk", f"{_size(plan.bytes_on_disk)}, {number(plan.bytes_on_disk / rows)} bytes a row"],
    ]


def _notes(plan: Plan) -> list[str]:
    notes = [*plan.design.notes, *([plan.another] if plan.another else [])]
    for status, count in plan.probe.failures.items():
        notes.append(
            f"{count} of the probe's {plan.probe.rows} rows have no result: "
            f"{status.replace('_', ' ')}"
        )
    return notes


def plan_record(plan: Plan) -> dict[str, Any]:
    """The same in the types of JSON; times in s, memory and disk in B."""
    design, probe = plan.design, plan.probe

    def of(value: float | None, unit: str) -> dict[str, Any]:
        return {"value": value, "unit": unit}

    peak = probe.peak_memory
    return {
        "name": design.name,
        "rows": design.rows,
        "points": design.size,
        "dropped_by_constraints": plan.dropped,
        "sampling": design.layout.words if design.is_grid else design.config.sampling.method,
        "axes": [
            {
                "parameter": axis.path,
                "from": of(axis.low, axis.parameter.unit),
                "to": of(axis.high, axis.parameter.unit),
                "scale": axis.scale,
                "values": len(axis.values) or None,
            }
            for axis in design.axes
        ],
        "links": {path: link.text for path, link in design.relations.links.items()},
        "constraints": [expression.text for expression in design.relations.constraints],
        "cases": [
            {"runner": case.runner_name or None, "task": case.task_name or None, "points": size}
            for case, size in zip(design.cases, design.sizes, strict=True)
        ],
        "chunk_size": plan.chunk_size,
        "chunks": plan.chunks,
        "folder": str(plan.folder),
        "finished": plan.finished,
        "probe": {
            "rows": probe.rows,
            "time": of(probe.seconds, "s"),
            "failures": dict(probe.failures),
        },
        "time": of(plan.seconds, "s"),
        "compilation": of(probe.compilation, "s"),
        "memory": of(None if peak is None else peak + plan.table_memory, "B"),
        "disk": of(plan.bytes_on_disk, "B"),
        "notes": _notes(plan),
        "design_hash": design.content_hash,
    }


def _span(seconds: float) -> str:
    """`40 s`, `12 min`, `3.5 h`."""
    if seconds < 100:
        return f"about {seconds:.2g} s"
    return f"about {seconds / 60:.0f} min" if seconds < 6000 else f"about {seconds / 3600:.1f} h"


def _size(count: float) -> str:
    """`3.2 MiB`."""
    for unit in ("B", "KiB", "MiB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1024
    return f"{count:.3g} GiB"
