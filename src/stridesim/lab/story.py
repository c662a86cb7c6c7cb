"""Stories: what a class predicts, sees and then reads, one small file for each claim.

    src/stridesim/lab/stories/NAME.toml
    claim = "C2"                          # its experiment's numbers and verdicts: figures/*.json
    outcome = "cost_of_transport"         # what is predicted
    [to]
    "tendon.stiffness_scale" = 2.0        # where the slider is to go, in the declared unit
    [from]                                # where it begins; without it at the runner's own value
    [en]
    title = "..."
    ask = "..."

A story whose mechanism is no slider of the stride steps through a curve of its experiment instead:

    [curve]
    x = "results.angle.values"            # where the numbers stand in the JSON; "0" is the first
    y = "results.peak_force.values"       # of a list, "*" each of it
    from = 5.0
    to = 90.0

Where two experiments are on one claim, `experiment` names the one that is meant. What the page
tells after the prediction is read from the experiment's JSON; nothing is typed in.
A story is offered where its experiment is published with its verdicts.
"""

import functools
import importlib.resources
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from stridesim import shipped
from stridesim.lab.controls import Slider, slider_of
from stridesim.parameter import lookup
from stridesim.results import InputError, quantity
from stridesim.runner import PARAMETERS

LANGUAGES: Final = ("en", "de")
MOST_SLIDERS: Final = 2


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Table):
    """Title and question in one language; `x` and `y` name the axes of a curve."""

    title: str = Field(min_length=1)
    ask: str = Field(min_length=1)
    x: str = ""
    y: str = ""


class CurveConfig(_Table):
    """Where a curve stands in the JSON, and from where to where the class goes along it; with
    `percent` its numbers are changes already. Its x may be numbers or names."""

    x: str
    y: str
    start: float | str = Field(alias="from")
    to: float | str
    percent: bool = False


class Story(_Table):
    """A story as its file declares it."""

    name: str
    claim: str = Field(pattern=r"^C[1-9][0-9]?$")
    experiment: str = ""
    outcome: str = ""
    start: dict[str, float] = Field(default={}, alias="from")
    to: dict[str, float] = Field(default={}, max_length=MOST_SLIDERS)
    curve: CurveConfig | None = None
    same: Annotated[float, Field(gt=0)] = 1.0
    en: Words
    de: Words

    @model_validator(mode="after")
    def _one_kind(self) -> "Story":
        if bool(self.to) == (self.curve is not None):
            raise ValueError("either 'to' with one or two parameters, or 'curve'")
        if self.to and not self.outcome:
            raise ValueError("outcome: the result that is predicted")
        if self.curve and not all(words.x and words.y for words in (self.en, self.de)):
            raise ValueError("a curve needs x and y in every language")
        return self

    @property
    def sliders(self) -> tuple[Slider, ...]:
        """What the class moves; none in a story of a curve."""
        return tuple(slider_of(path) for path in self.to)


@functools.cache
def stories() -> tuple[Story, ...]:
    """Every story, in the order of the claims; `InputError` for one that is not sound."""
    folder = importlib.resources.files("stridesim.lab").joinpath("stories")
    found = [
        read_story(Path(entry.name).stem, entry.read_text("utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda story: int(story.claim[1:])))


def read_story(name: str, text: str) -> Story:
    """A story of a file's text; `InputError` names the file and what is wrong."""
    try:
        story = Story.model_validate({"name": name, **tomllib.loads(text)})
        if story.outcome and story.to:
            quantity(story.outcome)
        for path, value in (*story.start.items(), *story.to.items()):
            lookup(PARAMETERS, path).check(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(f"{name}.toml: {place}: {first['msg']}") from None
    except (tomllib.TOMLDecodeError, InputError) as error:
        raise InputError(f"{name}.toml: {error}") from None
    return story


def published(root: Path | None = None) -> dict[str, dict[str, Any]]:
    """The JSON of every experiment that a story tells and that has its verdicts, by story."""
    folder = (root or shipped.root()) / shipped.FIGURES
    records = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    told = [record for record in records if "verdict" in record]
    found = {}
    for story in stories():
        for record in told:
            named = story.experiment in ("", record["experiment"])
            if named and record.get("claim") == story.claim:
                found[story.name] = record
                break
    return found


def asked(story: Story) -> dict[str, Any]:
    """What the page knows of a story before the prediction, in the types of JSON."""
    return {
        "name": story.name,
        "claim": story.claim,
        "outcome": story.outcome,
        "unit": quantity(story.outcome).unit if story.to else "",
        "same": story.same,
        "sliders": [slider._asdict() for slider in story.sliders],
        "from": story.start,
        "to": story.to,
        "curve": None
        if story.curve is None
        else {
            "from": story.curve.start,
            "to": story.curve.to,
            "percent": story.curve.percent,
        },
        "words": {language: getattr(story, language).model_dump() for language in LANGUAGES},
    }


def evidence_of(story: Story, record: Mapping[str, Any]) -> dict[str, Any]:
    """What the page tells after the prediction, from the JSON of the experiment.

    Raises `InputError` where the JSON does not hold what the story names.
    """
    verdict = record["verdict"]
    return {
        "experiment": record["experiment"],
        "says": record["says"],
        "answer": record["answer"],
        "held_fixed": record["held_fixed"],
        "judgement": record["judgement"],
        "model": verdict["model"],
        "published": verdict["evidence"],
        "curve": _curve(story, record),
    }


def _curve(story: Story, record: Mapping[str, Any]) -> dict[str, Any] | None:
    """The outcome along the story's first parameter, what else varies nearest to the runner's own;
    or the curve that the story names."""
    if story.curve is not None:
        x, y = (_found(record, place, story.name) for place in (story.curve.x, story.curve.y))
        pairs = [(a, b) for a, b in zip(x, y, strict=True) if b is not None]
        return {"path": "", "unit": "", "x": [a for a, _ in pairs], "y": [b for _, b in pairs]}
    axes, results = record.get("axes"), record.get("results", {})
    grid = str(record.get("order", "")).startswith("row-major")
    if not grid or not axes or story.outcome not in results:
        return None
    index = next((k for k, axis in enumerate(axes) if axis["parameter"] in story.to), None)
    if index is None:
        return None
    values = _along(axes, results[story.outcome]["values"], index)
    return {
        "path": axes[index]["parameter"],
        "unit": results[story.outcome]["unit"],
        "x": axes[index]["values"],
        "y": values,
    }


def _along(axes: list[dict[str, Any]], values: list[Any], index: int) -> list[Any]:
    """Values (row-major) along one axis, the others at the value nearest to their nominal."""
    place = 0
    stride = 1
    step = 1
    for k in reversed(range(len(axes))):
        own = axes[k]["values"]
        if k == index:
            step = stride
        else:
            place += stride * min(
                range(len(own)), key=lambda i, k=k, own=own: abs(own[i] - axes[k]["nominal"])
            )
        stride *= len(own)
    return [values[place + i * step] for i in range(len(axes[index]["values"]))]


def _found(record: Any, place: str, name: str) -> list[Any]:
    """The list at a place of the JSON."""
    found = _at(record, place.split("."))
    if not isinstance(found, list) or not found:
        raise InputError(f"{name}.toml: {place}: the experiment's JSON has no list there")
    return found


def _at(record: Any, keys: list[str]) -> Any:
    if not keys:
        return record
    first, *rest = keys
    if isinstance(record, dict):
        return _at(record.get(first), rest)
    if isinstance(record, list) and first == "*":
        return [_at(one, rest) for one in record]
    if isinstance(record, list) and first.isdigit() and int(first) < len(record):
        return _at(record[int(first)], rest)
    return None
