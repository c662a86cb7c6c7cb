"""What an exported page is worth, in words for who exports it."""

from pathlib import Path
from typing import Any

from stridesim.lab.page import Exported


def worth(path: Path, found: Exported) -> str:
    """The file, its size, and the errors of what it carries."""
    main, *stories = found.errors
    cost = (
        f"cost, at {main.with_result} strides that no fit saw: within {100 * main.bound:.1f} % for "
        f"{100 * main.within:.1f} % of them; half within {100 * main.median:.2f} %, "
        f"99 in 100 within {100 * main.ninety_nine:.2f} %"
    )
    lines = [
        f"wrote {path}: {len(found.content) / 1e6:.2f} MB, fitted to {found.points} strides",
        cost,
        f"whether there is a stride: wrong at {100 * main.wrong:.2f} % of {main.points}",
    ]
    if stories:
        worst = max(one.ninety_nine for one in stories)
        lines.append(f"in stories: 99 in 100 strides within {100 * worst:.2f} % or better")
    lines += [
        f"{one.name}: {_told(one.page)}, by the model {_told(one.model)}" for one in found.effects
    ]
    return "\n".join(lines)


def _told(effect: float | None) -> str:
    return "no stride" if effect is None else f"{effect:+.2f} %"


def worth_record(path: Path, found: Exported) -> dict[str, Any]:
    """The same in the types of JSON; the first of the errors are those of the sliders."""
    return {
        "file": str(path),
        "bytes": len(found.content),
        "points": found.points,
        "errors": [errors._asdict() for errors in found.errors],
        "stories": [effect._asdict() for effect in found.effects],
    }
