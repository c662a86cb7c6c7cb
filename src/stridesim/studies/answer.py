"""What every answer has: a status with its reason, named quantities, notes and provenance.

An answer is frozen. It knows the unit and the meaning of each of its numbers, so a door needs no
table of its own. `to_dict` is the one JSON schema: `schema` names the kind of answer and the
version of its form, which counts up when a key changes its meaning or goes away.
"""

import abc
import csv
import difflib
import html
import importlib
import io
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from stridesim.files import write_output
from stridesim.results import InputError, Quantity, quantity
from stridesim.studies.plain import plain

SCHEMA_VERSION = 1


class Interval(NamedTuple):
    """Standard deviation and the ends of the central 95 %, in the quantity's unit."""

    sd: float
    low: float
    high: float


class Value(NamedTuple):
    """A named quantity: number, unit, meaning, and how well it is known (None: not asked)."""

    value: float
    unit: str
    meaning: str
    interval: Interval | None = None

    def record(self) -> dict[str, Any]:
        """Value and unit, and the interval where there is one."""
        known = {} if self.interval is None else self.interval._asdict()
        return {"value": self.value, "unit": self.unit, **known}


class Table(NamedTuple):
    """Columns and rows of an answer, for data frames and for pages."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


class Answer(abc.ABC):
    """Base of all answers; a subclass is a frozen dataclass with these fields, and more."""

    kind: ClassVar[str]

    status: str
    """`ok`, or the name of the reason why there is no result (`results.Status`)."""
    reason: str
    """The reason in a sentence; empty where there is a result."""
    notes: tuple[str, ...]
    """What a reader must know before the numbers are used."""
    provenance: Mapping[str, Any]
    """Version, commit, libraries, device and date."""

    @property
    def ok(self) -> bool:
        """Whether the results may be used."""
        return self.status == "ok"

    @abc.abstractmethod
    def record(self) -> dict[str, Any]:
        """What this kind of answer adds to `to_dict`."""

    @abc.abstractmethod
    def table(self) -> Table:
        """The numbers as rows, for `to_frame` and notebooks."""

    def summary(self) -> Table:
        """What a notebook shows: the table, or less of it where it has many rows."""
        return self.table()

    def to_dict(self) -> dict[str, Any]:
        """Everything in the types of JSON (a number that does not exist is None)."""
        whole = {
            "schema": {"kind": self.kind, "version": SCHEMA_VERSION},
            "status": self.status,
            "reason": self.reason,
            **self.record(),
            "notes": self.notes,
            "provenance": self.provenance,
        }
        return plain(whole)

    def to_frame(self) -> Any:
        """The table as a pandas DataFrame; `InputError` where pandas is not installed."""
        columns, rows = self.table()
        return library("pandas").DataFrame(list(rows), columns=list(columns))

    def to_csv(self, path: str | Path) -> None:
        """Write the table to `path`; a number that does not exist is an empty cell."""
        columns, rows = self.table()
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(plain(list(row)) for row in rows)
        write_output(Path(path), text.getvalue().encode())

    def plot(self, path: str | Path | None = None) -> Any:
        """The figure of this answer, written to `path` if one is given (.svg, .png or .pdf)."""
        raise InputError(f"plot: a {self.kind} has no figure")

    def _repr_html_(self) -> str:
        """A table for notebooks; names that a user typed are shown as text."""
        columns, rows = self.summary()
        head = "".join(f"<th>{html.escape(str(column))}</th>" for column in columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_cell(cell))}</td>" for cell in row) + "</tr>"
            for row in rows
        )
        said = "".join(f"<p>{html.escape(line)}</p>" for line in (self.reason, *self.notes) if line)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{said}"


class Quantities(Answer):
    """An answer whose numbers are named quantities of one runner.

    `answer.cost_of_transport` is the number, `answer["peak_force.soleus"]` the number with its
    unit, meaning and interval. Where the runner cannot do what was asked (`ok` is False) the number
    comes with a warning (`UserWarning`) that says why.
    """

    values: Mapping[str, Value]

    def __getattr__(self, name: str) -> float:
        if name.startswith("_") or name == "values":
            raise AttributeError(name)
        if name in self.values:
            if not self.ok:
                warnings.warn(f"{name} of a {self.kind} that fails: {self.reason}", stacklevel=2)
            return self.values[name].value
        raise AttributeError(f"no result {name!r}: {describe(name)}")

    def __getitem__(self, name: str) -> Value:
        if name in self.values:
            return self.values[name]
        near = difflib.get_close_matches(name, list(self.values), n=1, cutoff=0.8)
        if near:
            raise InputError(f"unknown result {name!r}; did you mean {near[0]!r}?")
        quantity(name)  # an unknown name is told with the nearest one
        raise InputError(
            f"result {name!r}: this {self.kind} has none ({self.reason or 'not asked'})"
        )

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(name for name in self.values if name.isidentifier())]

    def table(self) -> Table:
        """A row for each quantity."""
        intervals = any(value.interval for value in self.values.values())
        columns = ("quantity", "value", "unit", *(Interval._fields if intervals else ()), "meaning")
        rows = []
        for name, value in self.values.items():
            known = value.interval or (None, None, None)
            between = known if intervals else ()
            rows.append((name, value.value, value.unit, *between, value.meaning))
        return Table(columns, rows)


def describe(name: str) -> str:
    """Why a name is no attribute of an answer."""
    try:
        quantity(name)
    except InputError as error:
        return str(error)
    return "this answer has none"


def values_of(
    results: Mapping[str, Any], intervals: Mapping[str, Any] | None = None
) -> dict[str, Value]:
    """Named results (numbers in their declared units) as values."""
    known = intervals or {}
    found: dict[str, Value] = {}
    for name, number in results.items():
        declared: Quantity = quantity(name)
        between = Interval(*known[name]) if name in known else None
        found[name] = Value(float(number), declared.unit, declared.meaning, between)
    return found


def library(name: str) -> Any:
    """A module that not every installation has; `InputError` says how to get it."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise InputError(f"{name} is not installed; pip install {name}") from None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
