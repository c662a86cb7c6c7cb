"""Tables that are made from the code and the figures' numbers, so that no page types them.

Before Sphinx reads the sources, Markdown files are written to `docs/generated`; pages include them.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[1]
FIGURES = DOCS.parent / "figures"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a bar in a cell does not end it."""

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    return "\n".join([line(columns), line(["---"] * len(columns)), *map(line, rows)]) + "\n"


def number(value: Any, digits: int = 3) -> str:
    """A number as a person writes it; nothing for none."""
    if value is None:
        return ""
    if value and not 1e-3 <= abs(value) < 1e5:
        return f"{value:.{digits - 1}e}"
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.{digits}g}"


def parameters() -> str:
    """Every declared parameter, grouped by its first word."""
    from stridesim.runner import PARAMETERS

    parts: dict[str, list[list[str]]] = {}
    for path, p in PARAMETERS.items():
        head, *rest = path.split(".")
        section = f"{head}.GROUP" if len(rest) > 1 else head
        default = "given by the runner" if p.default != p.default else number(p.default, 4)
        low, high = (number(bound, 4) for bound in p.bounds)
        parts.setdefault(section, []).append(
            [f"`{path}`", p.unit, default, f"{low} to {high}", p.doc, p.source]
        )
    columns = ("parameter", "unit", "default", "permitted", "meaning", "source")
    return "\n".join(f"## {name}\n\n{table(columns, rows)}" for name, rows in parts.items())


def results() -> str:
    """Every named result."""
    from stridesim.results import GROUP_QUANTITIES, QUANTITIES, REASONS

    named = [[f"`{n}`", q.unit, q.meaning] for n, q in QUANTITIES.items()]
    named += [[f"`{n}.GROUP`", q.unit, q.meaning] for n, q in GROUP_QUANTITIES.items()]
    reasons = [[f"`{s.name}`", words] for s, words in REASONS.items() if words]
    return (
        f"## Results\n\n{table(('name', 'unit', 'meaning'), named)}\n"
        f"## Why a point has no result\n\n{table(('status', 'reason'), reasons)}"
    )


def validation() -> str:
    """The score by topic, and every row of the record."""
    found = json.loads((FIGURES / "validation.json").read_text())
    score = found["score"]
    topics = [[t, str(s["inside"]), str(s["addressed"])] for t, s in score["topics"].items()]
    alone = score["predicted_only"]
    topics.append(["all but training and fatigue", str(score["inside"]), str(score["addressed"])])
    topics.append(
        ["of these, neither fitted nor given", str(alone["inside"]), str(alone["addressed"])]
    )
    mark = {True: "inside", False: "**outside**", None: ""}
    rows = [
        [
            f"`{row['id']}`",
            number(row["predicted"]),
            number(row["published"]),
            "" if row["band_low"] is None else f"{row['band_low']:g} to {row['band_high']:g}",
            row["unit"],
            mark[row["inside"]],
            row["why"] or row["basis"] or "",
            row["source"],
        ]
        for row in found["rows"]
    ]
    columns = ("row", "model", "published", "band", "unit", "verdict", "basis", "source")
    return (
        f"{table(('topic', 'inside', 'addressed'), topics)}\n"
        f"### Row by row\n\n{table(columns, rows)}"
    )


def curves() -> str:
    """Share of stance within one SD of the measured runners."""
    found = json.loads((FIGURES / "validation.json").read_text())["curves"]
    speeds = sorted({curve["speed"] for curve in found})
    shares = {(c["variable"], c["speed"]): c["share_of_stance_within_sd"] for c in found}
    names = dict.fromkeys(curve["variable"] for curve in found)
    rows = [
        [
            f"`{name}`",
            *(f"{100 * shares[name, v]:.0f}" if (name, v) in shares else "" for v in speeds),
        ]
        for name in names
    ]
    return table(("curve", *(f"{speed:g} m/s" for speed in speeds)), rows)


def changes() -> str:
    """Error of what tasks change in the cost, for each condition and metabolic model."""
    found = json.loads((FIGURES / "validation.json").read_text())
    default, models = found["metabolic"], found["changes"]["relative_cost_by_model"]
    groups = list(models[default])
    rows = [
        [
            f"`{model}`" + (" (default)" if model == default else ""),
            *(number(errors[group]["rms_percentage_points"]) for group in groups),
        ]
        for model, errors in models.items()
    ]
    counts = [f"{group} ({models[default][group]['rows']})" for group in groups]
    return table(("model", *counts), rows)


def tasks() -> str:
    """What tasks change: the rows of the topic, without those that no experiment addresses."""
    found = json.loads((FIGURES / "validation.json").read_text())["rows"]
    rows = [
        [
            f"`{row['id']}`", number(row["predicted"]), number(row["published"]),
            f"{row['band_low']:g} to {row['band_high']:g}", row["unit"],
            "inside" if row["inside"] else "**outside**", row["source"],
        ]
        for row in found
        if row["topic"] == "tasks" and row["inside"] is not None
    ]  # fmt: skip
    return table(("row", "model", "published", "band", "unit", "verdict", "source"), rows)


def mechanisms() -> str:
    """What each mechanism adds to the cost."""
    found = json.loads((FIGURES / "mechanisms.json").read_text())
    rows = [
        [row["mechanism"], number(row["adds"], 2) or row["why"], row["source"]]
        for row in found["mechanisms"]
    ]
    return table(("mechanism", f"adds at {found['speed']:g} m/s", "source"), rows)


def levels() -> str:
    """Gross cost of transport under every metabolic model."""
    found = json.loads((FIGURES / "mechanisms.json").read_text())
    costs, default = found["costs"], found["metabolic"]
    rows = [
        [
            f"`{model}`" + (" (default)" if model == default else ""),
            *(number(at[model]) for at in costs.values()),
        ]
        for model in next(iter(costs.values()))
    ]
    return table(("model", *(f"{speed} m/s" for speed in costs)), rows)


def rise() -> str:
    """What makes the cost a metre rise with speed, in the runner's own gait and the cheapest."""
    found = json.loads((FIGURES / "mechanisms.json").read_text())["rise"]
    slow, fast = (f"{speed:g}" for speed in found["speeds"])
    rows = [
        [
            own["part"],
            *(number(cost) for cost in own["costs"]),
            f"{own['percent']:+.0f} %",
            f"{cheapest['percent']:+.0f} %",
        ]
        for own, cheapest in zip(found["measured"], found["optimal"], strict=True)
    ]
    return table(
        (
            "part",
            f"at {slow} m/s, J/kg/m",
            f"at {fast} m/s, J/kg/m",
            "adds to the whole",
            "adds in the cheapest gait",
        ),
        rows,
    )


def formats() -> str:
    """The formats of recordings that can be read."""
    from stridesim.recordings.readers import READERS

    rows = [[", ".join(f"`{s}`" for s in reader.suffixes), reader.words] for reader in READERS]
    return table(("suffix", "format"), rows)


def gallery() -> str:
    """Claims in their order, all verdicts first; then published figures that are drawn again."""
    every = [json.loads(path.read_text()) for path in FIGURES.glob("*.json")]
    found = sorted((one for one in every if "experiment" in one), key=_place)
    claims = [one for one in found if one["claim"]]
    rows = [
        [one["claim"], one["says"], one["verdict"]["model"]["verdict"], _studies(one)]
        for one in claims
    ]
    verdicts = table(("claim", "what coaches say", "model", "studies"), rows)
    again = [card(one) for one in found if not one["claim"]]
    parts = [verdicts, *map(card, claims)]
    return "\n".join([*parts, "# Published figures, drawn again\n", *again] if again else parts)


def _place(one: dict[str, Any]) -> tuple[int, str]:
    return int(one["claim"][1:] or 0), one["experiment"]


def card(one: dict[str, Any]) -> str:
    """A claim: what coaches say, the answer, the figure, both verdicts, sources, the command."""
    name = one["experiment"]
    title = f"{one['claim']}: {one['question']}" if one["claim"] else one["question"]
    said = f"*\u201c{one['says']}\u201d*\n\n" if one["claim"] else ""
    judged = "".join(f"- **{sentence}**\n" for sentence in one.get("judgement", ()))
    return (
        f"## {title}\n\n{said}{one['answer']}\n\n"
        f"```{{image}} ../figures/{name}.svg\n:alt: {one['question']}\n:width: 100%\n```\n\n"
        f"{judged}\nHeld fixed: {one['held_fixed']}.\n\n{_change(one)}"
        f"{_findings(one)}\n`stridesim figures {name}` makes it again.\n"
    )


def _studies(one: dict[str, Any]) -> str:
    return one["verdict"]["evidence"]["verdict"]


def _change(one: dict[str, Any]) -> str:
    """The realistic change, where it comes from, and its effect under every condition."""
    if not one["claim"]:
        return ""
    model = one["verdict"]["model"]
    rows = [
        [
            effect["condition"],
            number(effect["value"], 2),
            f"{number(effect['low'], 2)} to {number(effect['high'], 2)}",
            effect["verdict"],
        ]
        for effect in model["effects"]
    ]
    outcome = model["outcome"].replace("_", " ")
    return (
        f"Change: {model['change']} ({model['source']}); the claim says {outcome} becomes "
        f"{model['claimed']}.\n\n"
        f"{table(('at', f'change of {outcome} (%)', 'about 95 %', 'verdict'), rows)}\n"
    )


def _findings(one: dict[str, Any]) -> str:
    """What was published, for and against, each with its source."""
    if not one["claim"]:
        return ""
    rows = [
        [
            found["sign"],
            found["finding"],
            " ".join(filter(None, [number(found["effect"]), found["unit"]])),
            found["design"],
            found["n"],
            found["source"],
        ]
        for found in one["verdict"]["evidence"]["findings"]
    ]
    if not rows:
        return "No published finding on this claim is held.\n"
    return table(("sign", "finding", "effect", "design", "n", "source"), rows)


def sheets() -> str:
    """A sheet for every story: the question, room for prediction and observation."""
    from stridesim.lab.story import stories

    way = "☐ it falls  ☐ it stays about the same  ☐ it rises  ☐ the runner cannot run like this"
    size = "☐ by less than 5 %  ☐ by 5 to 20 %  ☐ by more than 20 %"
    lines = "\n\n".join(3 * ["\\_" * 60])
    parts = [
        f"## {story.claim}: {story.en.title}\n\n{story.en.ask}\n\n"
        f"**I predict:** {way}\n\n{size}\n\n**because**\n\n{lines}\n\n"
        f"**I saw:** {way}\n\n**What the model says, and what the studies say:**\n\n{lines}\n\n"
        "**Do they agree? If not, who may be wrong, and why?**\n\n"
        f'{lines}\n\n<div style="break-after: page"></div>\n'
        for story in stories()
    ]
    return "\n".join(parts)


def verdicts() -> str:
    """What model and studies say of every claim that a story tells."""
    from stridesim.lab.story import published, stories

    found = published(FIGURES.parent)
    rows = []
    for story in stories():
        if story.name not in found:
            continue
        record = found[story.name]
        verdict = record["verdict"]
        model = verdict["model"]
        rows.append(
            [
                f"{story.claim}: {record['says']}",
                "" if model is None else f"{model['change']}: **{model['verdict']}**",
                f"**{verdict['evidence']['verdict']}**",
                record["answer"],
            ]
        )
    return table(("claim", "model", "studies", "the experiment's answer"), rows)


PAGES: dict[str, Callable[[], str]] = {
    "parameters": parameters,
    "results": results,
    "validation": validation,
    "curves": curves,
    "changes": changes,
    "tasks": tasks,
    "mechanisms": mechanisms,
    "levels": levels,
    "rise": rise,
    "formats": formats,
    "gallery": gallery,
    "sheets": sheets,
    "verdicts": verdicts,
}


def write(app: Any) -> None:
    """Write every page's tables."""
    folder = DOCS / "generated"
    folder.mkdir(exist_ok=True)
    for name, make in PAGES.items():
        (folder / f"{name}.md").write_text(make(), encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    """Write before the sources are read."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
