"""Which sweep a folder holds: the design, what its numbers depend on, and the split into chunks.

Written once, by whichever run comes first; every other run on the folder must want the same.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from stridesim.files import write_first
from stridesim.results import InputError
from stridesim.sweeps.design import Design

MANIFEST: Final = "manifest.json"
_FORMAT: Final = 2
_ANEW: Final = "run the same sweep again, and it is written anew from what the parts say"

Manifest = Mapping[str, Any]


class DamagedManifestError(InputError):
    """A manifest that is there and tells nothing."""


def establish(
    folder: Path, design: Design, chunk_size: int, provenance: Mapping[str, Any]
) -> Manifest:
    """The manifest of `design` in `folder`, new or found; another design's is refused."""
    path = folder / MANIFEST
    if not path.exists():
        manifest = {
            "format": _FORMAT,
            "design_hash": design.content_hash,
            "rows": design.rows,
            "nominal_rows": list(design.nominal_rows),
            "chunk_size": chunk_size,
            "config": design.effective(),
            "identity": design.identity,
            "provenance": dict(provenance),
        }
        text = json.dumps(manifest, indent=1, ensure_ascii=False, default=str)
        write_first(path, text.encode())
    found = read_manifest(folder)
    refuse_another(folder, found, design)
    return found


def read_manifest(folder: Path) -> Manifest:
    """An existing manifest; `InputError` when there is none that can be used."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{folder}: not a sweep (no {MANIFEST})") from None
    except (OSError, ValueError) as error:
        raise DamagedManifestError(f"{path}: cannot be read: {error}; {_ANEW}") from None
    wanted = {"design_hash": str, "rows": int, "chunk_size": int, "identity": dict}
    broken = not isinstance(manifest, dict) or any(
        not isinstance(manifest.get(key), kind) for key, kind in wanted.items()
    )
    if not isinstance(manifest, dict) or (broken and manifest.get("format") == _FORMAT):
        raise DamagedManifestError(f"{path}: does not describe a sweep; {_ANEW}")
    if manifest.get("format") != _FORMAT:
        raise InputError(f"{path}: not a manifest of format {_FORMAT}; start again with --fresh")
    return manifest


def refuse_another(folder: Path, manifest: Manifest, design: Design) -> None:
    """`InputError`, with what differs, where `folder` holds numbers of another design."""
    if manifest["design_hash"] == design.content_hash:
        return
    changes = _changes(manifest["identity"], json.loads(json.dumps(design.identity)))
    more = f" and {len(changes) - 2} more" if changes[2:] else ""
    raise InputError(
        f"{folder}: holds another sweep ({'; '.join(changes[:2])}{more}); "
        "name another folder, or discard this one (sweep run: --output, --fresh; "
        "sensitivity: --folder)"
    )


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    return [f"{key}: {_short(old.get(key))} there, {_short(new.get(key))} now" for key in changed]


def _short(value: Any) -> str:
    if isinstance(value, list) and len(value) > 3:
        return f"{len(value)} values {value[0]} to {value[-1]}"
    return "none" if value is None else str(value)
