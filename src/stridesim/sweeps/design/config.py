"""The shape of a sweep's TOML file: what may be written, and one line for what may not.

    name = "tendon"
    title = "Does a stiffer tendon pay?"
    runner = "rbds011"              # shipped name, or a file relative to this one
    metabolic = "bhargava2004_aerobic"
    outputs = ["cost_of_transport", "tendon_energy_returned"]
    constraints = ["leg.stiffness > 12 kN/m"]   # rows that break one are not in the design
    # free = ["gait.step_frequency"]  # with gait.strategy = "optimal": what the runner chooses
    [set]                           # held fixed, over the runner's own values
    task.speed = "12 km/h"
    [[axis]]
    parameter = "tendon.stiffness_scale"
    from = 0.3
    to = 3
    points = 41                     # of a grid
    scale = "log"
    [sampling]                      # absent: a grid
    method = "sobol"                # "grid", "list", "latin_hypercube"
    points = 4096
    seed = 1
    [link]                          # parameters that follow others
    tendon.gastrocnemius.strain_at_peak_force = "tendon.soleus.strain_at_peak_force"
    [[task]]                        # the whole design for each task
    name = "uphill"
    set = { task.slope = "5 %" }
    [figure]
    quantity = "cost_of_transport"

`runners = ["rbds011", "other.toml"]` in place of `runner` repeats the design for each. Numbers may
carry units; they are read (`stridesim.units`) when the design is resolved.
"""

import difflib
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.results import GROUP_QUANTITIES, InputError, quantity
from stridesim.runner import GROUPS
from stridesim.runner.toml import SHIPPED
from stridesim.text import one_line, quoted

M = TypeVar("M", bound=BaseModel)

MOST_POINTS_OF_AN_AXIS: Final = 100_000
MOST_POINTS: Final = 100_000_000
"""Of a design, for one runner and task."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class AxisConfig(_Table):
    """One swept parameter: listed `values`, or a range `from` ... `to`, in a grid by `points`."""

    parameter: str
    values: list[Any] | None = Field(default=None, min_length=1)
    start: Any = Field(default=None, alias="from")
    stop: Any = Field(default=None, alias="to")
    points: Annotated[int, Field(strict=True, ge=2, le=MOST_POINTS_OF_AN_AXIS)] | None = None
    scale: Literal["linear", "log"] = "linear"

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> "AxisConfig":
        spaced = [self.start, self.stop, self.points]
        if self.values is not None and any(part is not None for part in spaced):
            raise ValueError("either values, or from, to and points; not both")
        return self


class SamplingConfig(_Table):
    """How points are laid over the axes: every combination, row by row, or scattered."""

    method: Literal["grid", "list", "latin_hypercube", "sobol"] = "grid"
    points: Annotated[int, Field(strict=True, ge=2, le=MOST_POINTS)] | None = None
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**63)] | None = None

    @model_validator(mode="after")
    def _points_where_they_are_drawn(self) -> "SamplingConfig":
        drawn = self.method in ("latin_hypercube", "sobol")
        if drawn and self.points is None:
            raise ValueError(f"method = {self.method!r} needs points")
        if not drawn and (self.points, self.seed) != (None, None):
            raise ValueError(f"points and seed do not go with method = {self.method!r}")
        return self


class TaskConfig(_Table):
    """One of several tasks: what it sets, over the runner's values and over `[set]`."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_ -]*$", max_length=40)
    fixed: dict[str, Any] = Field(default={}, alias="set")


class FigureConfig(_Table):
    """What the figure shows, which end of it is the optimum, and how."""

    quantity: str | None = None
    optimum: Literal["lowest", "highest"] = "lowest"
    kind: Literal["auto", "lines", "map"] = "auto"
    contours: Annotated[int, Field(strict=True, ge=0, le=30)] | list[float] = 8


class DesignConfig(_Table):
    """A sweep as it is written."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=80)
    title: str = Field(default="", max_length=300)
    runner: str = SHIPPED
    runners: list[str] | None = Field(default=None, min_length=1)
    metabolic: str = DEFAULT_METABOLIC_MODEL
    outputs: list[str] = Field(default=["cost_of_transport"], min_length=1)
    fixed: dict[str, Any] = Field(default={}, alias="set")
    free: list[str] = []
    axis: list[AxisConfig] = Field(min_length=1)
    sampling: SamplingConfig = SamplingConfig()
    link: dict[str, Any] = {}
    constraints: list[str] = []
    task: list[TaskConfig] = []
    figure: FigureConfig = FigureConfig()

    @field_validator("title")
    @classmethod
    def _title_in_a_line(cls, title: str) -> str:
        return one_line(title)

    @model_validator(mode="after")
    def _one_runner_or_several(self) -> "DesignConfig":
        if self.runners is not None and "runner" in self.model_fields_set:
            raise ValueError("either runner or runners, not both")
        return self


_PERMITTED: Final = {
    "missing": "it must be given",
    "string_pattern_mismatch": "expected text that matches {pattern}",
    "string_too_long": "at most {max_length} characters are permitted",
    "too_long": "at most {max_length} are permitted, {actual_length} are given",
    "too_short": "at least {min_length} must be given",
    "literal_error": "expected {expected}",
    "string_type": "expected text",
    "int_type": "expected a whole number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "list_type": "expected a list",
    "dict_type": "expected a table",
    "model_type": "expected a table",
    "value_error": "{error}",
}


def validate(model: type[M], tables: Mapping[str, Any], source: str) -> M:
    """`tables` as `model`, or `InputError` in one line: file, dotted key, value, permitted."""
    try:
        return model.model_validate(tables)
    except ValidationError as error:
        found = "; ".join(_one_line(model, each) for each in error.errors())
        raise InputError(f"{source}: {found}") from None


def check_outputs(config: DesignConfig) -> None:
    """Refuse a result that no model has, by its key in the file."""
    named = {f"outputs[{i}]": name for i, name in enumerate(config.outputs)}
    if config.figure.quantity is not None:
        named["figure.quantity"] = config.figure.quantity
    for key, name in named.items():
        try:
            quantity(name)
        except InputError as error:
            raise InputError(f"{key}: {error}") from None
        head, _, group = name.partition(".")
        if head in GROUP_QUANTITIES and group not in GROUPS:
            near = difflib.get_close_matches(group, GROUPS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise InputError(f"{key} = {quoted(name)}: unknown muscle{hint} ({', '.join(GROUPS)})")


def _one_line(model: type[BaseModel], error: Any) -> str:
    key = _dotted(error["loc"])
    if error["type"] == "extra_forbidden":
        known = _known_keys(model, error["loc"][:-1])
        near = difflib.get_close_matches(str(error["loc"][-1])[:200], known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return f"unknown key {quoted(key)}{hint} (permitted: {', '.join(known)})"
    template = _PERMITTED.get(error["type"])
    permitted = template.format(**error.get("ctx", {})) if template else error["msg"]
    if error["type"] in ("missing", "value_error"):
        return f"{key}: {permitted}" if key else permitted
    return f"{key} = {quoted(error['input'])}: {permitted}"


def _dotted(location: tuple[Any, ...]) -> str:
    """`("axis", 1, "points")` to `axis[1].points`; pydantic's names of union members fall out."""
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part}]"
        elif "[" not in part and "-" not in part and part not in ("int", "float"):
            text += f".{part}" if text else part
    return text


def _known_keys(model: type[BaseModel], location: tuple[Any, ...]) -> list[str]:
    table = (_table_of(model, str(location[0])) if location else None) or model
    return [field.alias or name for name, field in table.model_fields.items()]


def _table_of(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    """The table that stands under a key: its own annotation, or what a list or a choice holds."""
    named = {field.alias or name: field for name, field in model.model_fields.items()}
    waiting = [named[key].annotation] if key in named else []
    while waiting:
        each = waiting.pop()
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
        waiting += get_args(each)
    return None
