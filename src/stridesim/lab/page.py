"""The page as one file: opens without a server, asks nobody, and says what it is worth.

The same documents, styles and modules that the server hands out, written into one; what the page
would ask the server is carried (`carried`). Its policy permits no request at all.
"""

import base64
import hashlib
import html
import importlib.resources
import json
import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from stridesim.lab.bundle import bundled
from stridesim.lab.carried import (
    Carried,
    Progress,
    carry,
    check_points,
    chosen_sliders,
    silent,
)
from stridesim.lab.controls import PRESETS, Slider, facts
from stridesim.lab.effects import StoryEffect, story_effects
from stridesim.lab.picture import NUMBERS, bands_at
from stridesim.lab.solving import Solving
from stridesim.lab.story import asked, stories
from stridesim.plots.stride_bands import NEAREST
from stridesim.results import InputError
from stridesim.runner.curves import SPEEDS
from stridesim.runtime import provenance
from stridesim.surrogate.errors import Errors
from stridesim.surrogate.record import components_record, surrogate_record

LARGEST: Final = 3_000_000
"""Bytes of a page."""

_LINK: Final = re.compile(r'<link rel="stylesheet" href="/static/([\w./]+)">\n')
_SCRIPT: Final = re.compile(r'<script src="/static/([\w./]+)"[^>]*></script>\n')
_CARRIED: Final = re.compile(r"<script>globalThis\.carried = (\{.*\});\n")
_ICON: Final = re.compile(r'href="/static/icon.svg"')
_POLICY: Final = (
    "default-src 'none'; img-src data:; style-src {styles}; script-src {scripts}; "
    "base-uri 'none'; form-action 'none'"
)


class Exported(NamedTuple):
    """The page, how many strides it is fitted to, the errors of its surrogates, and the effects of
    its stories beside the model's."""

    content: bytes
    points: int
    errors: tuple[Errors, ...]
    effects: tuple[StoryEffect, ...]


def exported(
    solving: Solving, paths: Sequence[str], points: int, progress: Progress = silent
) -> Exported:
    """The page with sliders for the parameters `paths` (none: the lab's own), fitted to `points`
    strides.

    Raises `InputError` for sliders and numbers that cannot be, and where no stride has a result.
    """
    sliders, points = chosen_sliders(paths), check_points(points)
    carried = carry(solving, sliders, rooms(), points, progress)
    content = page_of(solving, sliders, carried)
    return Exported(content, points, carried.errors, story_effects(solving, carried))


def rooms() -> tuple[tuple[Slider, ...], ...]:
    """The sliders of every story that has some, each set of them once."""
    return tuple(dict.fromkeys(story.sliders for story in stories() if story.sliders))


def page_of(solving: Solving, sliders: tuple[Slider, ...], carried: Carried) -> bytes:
    """The page; `InputError` where it is larger than `LARGEST`."""
    made = provenance()
    worth = {
        "points": carried.points,
        "errors": _told(carried.errors[0]),
        "stories": [_told(errors) for errors in carried.errors[1:]],
        "runner": solving.runner.name,
        "metabolic": solving.metabolic,
        "version": made["stridesim"],
        "commit": made.get("commit") or "",
        "date": made["date"][:10],
    }
    fitted = {
        "surrogates": [surrogate_record(one) for one in carried.surrogates],
        "components": components_record(carried.components),
        "labels": carried.labels,
    }
    return _assembled(solving, [slider._asdict() for slider in sliders], worth, fitted)


def renewed(solving: Solving, content: bytes) -> bytes:
    """A page with the approximation of an older one, and the documents, words and evidence of now.

    Raises `InputError` for a file that is no such page, and where a story has a slider that the
    older page does not carry.
    """
    old = carried_in(content)
    known = json.loads(old["files"]["/facts.json"])
    fitted = {key: old[key] for key in ("surrogates", "components", "labels")}
    carried = {
        frozenset(axis["path"] for axis in surrogate["axes"]) for surrogate in old["surrogates"]
    }
    for story in solving.stories:
        if story.to and not any(set(story.to) <= paths for paths in carried):
            raise InputError(f"{story.name}: the page does not carry its sliders; export it anew")
    return _assembled(solving, known["sliders"], known["carried"], fitted)


def carried_in(content: bytes) -> dict[str, Any]:
    """What a page carries; `InputError` for a file that is no such page."""
    found = _CARRIED.search(content.decode())
    if found is None:
        raise InputError("the file is no page that 'stridesim lab --export' wrote")
    return json.loads(found.group(1))


def _assembled(
    solving: Solving,
    sliders: list[dict[str, Any]],
    worth: dict[str, Any],
    fitted: dict[str, Any],
) -> bytes:
    static = importlib.resources.files("stridesim.lab").joinpath("static")
    with importlib.resources.as_file(static) as folder:
        text = (folder / "index.html").read_text("utf-8")
        styles = [(folder / name).read_text("utf-8") for name in _LINK.findall(text)]
        scripts = [_carrying(_brought(solving, sliders, worth, fitted))]
        for name in _SCRIPT.findall(text):
            path = folder / name
            own = path.parent == folder
            scripts.append(bundled(folder, path.stem) if own else path.read_text("utf-8"))
        icon = base64.b64encode((folder / "icon.svg").read_bytes()).decode()
    policy = _POLICY.format(styles=_hashes(styles), scripts=_hashes(scripts))
    head = f'<meta http-equiv="content-security-policy" content="{html.escape(policy)}">\n'
    head += "".join(f"<style>{style}</style>\n" for style in styles)
    body = "".join(f"<script>{script}</script>\n" for script in scripts)
    text = _SCRIPT.sub("", _LINK.sub("", text))
    text = _ICON.sub(f'href="data:image/svg+xml;base64,{icon}"', text)
    # The policy comes before anything that it is to judge, but after the character set.
    text = _once(text, '<meta charset="utf-8">\n', f'<meta charset="utf-8">\n{head}')
    content = _once(text, "</body>", f"{body}</body>").encode()
    if len(content) > LARGEST:
        raise InputError(
            f"the page has {len(content)} bytes; permitted: up to {LARGEST}; choose fewer sliders"
        )
    return content


def _brought(
    solving: Solving,
    sliders: list[dict[str, Any]],
    worth: dict[str, Any],
    fitted: dict[str, Any],
) -> dict[str, Any]:
    """What the page carries."""
    known = _facts(solving, sliders, worth, fitted["surrogates"])
    static = importlib.resources.files("stridesim.lab").joinpath("static")
    files = {"/facts.json": known} | {f"/bands/{speed:g}.json": bands_at(speed) for speed in SPEEDS}
    for language in ("en", "de"):
        path = f"text/{language}.json"
        files[f"/static/{path}"] = json.loads(static.joinpath(path).read_text("utf-8"))
    return fitted | {
        "files": {path: _compact(content) for path, content in files.items()},
        "template": {"speeds": SPEEDS, "shown": NUMBERS, "reach": NEAREST},
        # What a pupil is to predict cannot be read in passing.
        "evidence": {
            story.name: base64.b64encode(_compact(solving.evidence(story.name)).encode()).decode()
            for story in solving.stories
        },
    }


def _facts(
    solving: Solving,
    sliders: list[dict[str, Any]],
    worth: dict[str, Any],
    surrogates: list[dict[str, Any]],
) -> dict[str, Any]:
    """The facts of the page, less what the surrogates do not know; and what they are worth."""
    whole = facts(solving.runner)
    main = {slider["path"] for slider in sliders}
    known = {axis["path"] for surrogate in surrogates for axis in surrogate["axes"]}
    return whole | {
        "parameters": {path: told for path, told in whole["parameters"].items() if path in known},
        "sliders": sliders,
        "more": [],
        "stories": [asked(story) for story in solving.stories],
        "presets": {name: own for name, own in PRESETS.items() if main >= set(own)},
        "carried": worth,
    }


def _told(errors: Errors) -> dict[str, Any]:
    return {name: float(f"{value:.8g}") for name, value in errors._asdict().items()}


def _carrying(brought: dict[str, Any]) -> str:
    # "</" would end the script.
    text = _compact(brought).replace("</", "<\\/")
    return f"globalThis.carried = {text};\ndocument.currentScript.remove();"


def _compact(content: Any) -> str:
    return json.dumps(content, separators=(",", ":"), allow_nan=False, ensure_ascii=False)


def _hashes(texts: list[str]) -> str:
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)


def _once(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise ValueError(f"{old!r}: stands {text.count(old)} times in the page")
    return text.replace(old, new)
