"""Experiments as a story reads them, with made verdicts and a made curve."""

import json
from pathlib import Path
from typing import Any

from stridesim.lab.story import Story, stories

FINDING = {
    "claim": "C0", "finding": "a made finding", "effect": -3.9, "low": -5.1, "high": -2.7,
    "unit": "%cost", "n": "16 studies", "design": "meta", "sign": "supports",
    "source": "doi:10.1000/made", "certainty": "abstract",
}  # fmt: skip


def made_record(story: Story) -> dict[str, Any]:
    """The JSON of a made experiment on a story."""
    record: dict[str, Any] = {
        "experiment": story.experiment or story.name,
        "claim": story.claim,
        "says": "What coaches say.",
        "answer": "A made answer.",
        "held_fixed": "all else",
        "judgement": ["The model: undecided.", "Studies: supported."],
        "order": "row-major: the last axis runs fastest",
        "verdict": {
            "model": {
                "verdict": "too small to matter",
                "change": "a made change",
                "source": "doi:10.1000/change",
                "outcome": "cost_of_transport",
                "smallest_worthwhile": {"value": 2.4, "unit": "%", "source": "doi:10.1000/least"},
                "effects": [
                    {"condition": "3.5 m/s", "verdict": "too small to matter", "unit": "%",
                     "value": 0.5, "low": -0.3, "high": 1.3}
                ],
            },
            "evidence": {"verdict": "supported", "findings": [FINDING]},
        },
    }  # fmt: skip
    if story.curve is None:
        path, value = next(iter(story.to.items()))
        record["axes"] = [
            {"parameter": "task.speed", "nominal": 3.3, "values": [2.5, 3.5]},
            {"parameter": path, "nominal": 0.0, "values": [0.0, value, 2 * value]},
        ]
        record["results"] = {
            story.outcome: {"unit": "J/kg/m", "values": [1.0, 2.0, 3.0, 4.0, 5.0, None]}
        }
        return record
    for place, values in (
        (story.curve.x, [story.curve.start, story.curve.to]),
        (story.curve.y, [10.0, 13.0]),
    ):
        _put(record, place.split("."), values)
    return record


def _put(inside: dict[str, Any], keys: list[str], values: list[Any]) -> None:
    """Values at a place of the JSON, which may go through lists."""
    first, *rest = keys
    if not rest:
        inside[first] = values
    elif rest[0] == "0":
        _put(inside.setdefault(first, [{}])[0], rest[1:], values)
    elif rest[0] == "*":
        for one, value in zip(inside.setdefault(first, [{}, {}]), values, strict=True):
            each = one
            *path, last = rest[1:]
            for key in path:
                each = each.setdefault(key, {})
            each[last] = value
    else:
        _put(inside.setdefault(first, {}), rest, values)


def made_root(folder: Path) -> Path:
    """A folder with the JSON of every story's experiment."""
    (folder / "figures").mkdir()
    for story in stories():
        write(folder, story, made_record(story))
    return folder


def write(root: Path, story: Story, record: dict[str, Any]) -> None:
    """The JSON of a story's experiment."""
    (root / "figures" / f"{story.name}.json").write_text(json.dumps(record))
