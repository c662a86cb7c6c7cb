"""Which sweep a folder holds: the design, what its numbers depend on, and the split into chunks.

Written once, by whichever run comes first; every other run on the folder must want the same. It
carries a checksum of itself: a digit that has changed since would else cut the rows into other
chunks than the parts hold, or give them another meaning.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from stridesim.files import write_first
from stridesim.results import InputError
from stridesim.sweeps.design import VERSIONS, Design

MANIFEST: Final = "manifest.json"
_FORMAT: Final = 2
_ANEW: Final = "run the same sweep again, and it is written anew from what the parts say"

_MOST_CHUNKS: Final = 1_000_000
"""A sweep of a hundred million rows has 12 thousand."""

DISCARDED: Final = json.dumps({"format": _FORMAT, "discarded": True})
"""What stands in a folder whose sweep was discarded and which holds files of others."""

Manifest = Mapping[str, Any]

_Digits: Final = "number {}".format
"""Two numbers may be one in floating point and not in what is written."""


class DamagedManifestError(InputError):
    """A manifest that is there and cannot be relied on."""


class DiscardedSweepError(InputError):
    """A folder that is a sweep's, and holds none now."""


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
            "own": design.own,
            "provenance": dict(provenance),
        }
        text = json.dumps(manifest, default=str)
        checked = json.loads(text) | {"checksum": _checksum(text)}
        write_first(path, json.dumps(checked, indent=1, ensure_ascii=False).encode())
    found = read_manifest(folder)
    refuse_another(folder, found, design)
    return found


def read_manifest(folder: Path) -> Manifest:
    """An existing manifest; `InputError` when there is none that can be used."""
    path = folder / MANIFEST
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise DamagedManifestError(f"{path}: is no file; {_ANEW}")
        text = path.read_text(encoding="utf-8")
        manifest, checksum = json.loads(text), _checksum(text)
    except FileNotFoundError:
        raise InputError(f"{folder}: not a sweep (no {MANIFEST})") from None
    except (OSError, ValueError, RecursionError) as error:
        raise DamagedManifestError(f"{path}: cannot be read: {error}; {_ANEW}") from None
    if not isinstance(manifest, dict):
        raise DamagedManifestError(f"{path}: does not describe a sweep; {_ANEW}")
    if "checksum" in manifest and manifest["checksum"] != checksum:
        raise DamagedManifestError(
            f"{path}: has changed since it was written (its checksum is another); {_ANEW}"
        )
    if manifest.get("format") != _FORMAT:
        raise InputError(f"{path}: not a manifest of format {_FORMAT}; name another folder")
    if manifest.get("discarded"):
        raise DiscardedSweepError(f"{folder}: its sweep was discarded; run a sweep to fill it")
    if wrong := _wrong(manifest):
        raise DamagedManifestError(f"{path}: does not describe a sweep ({wrong}); {_ANEW}")
    return manifest


def refuse_another(folder: Path, manifest: Manifest, design: Design) -> None:
    """`InputError`, with what differs, where `folder` holds numbers of another design, or of the
    same one by another version of what computes them."""
    if manifest["design_hash"] == design.content_hash:
        return
    changes = _changes(manifest["identity"], json.loads(json.dumps(design.identity)))
    versions = {VERSIONS[key]: told for key, told in changes.items() if key in VERSIONS}
    others = {key: told for key, told in changes.items() if key not in VERSIONS}
    told = [f"{key}: {change}" for key, change in (others or versions).items()]
    more = f" and {len(told) - 2} more" if told[2:] else ""
    listed = f"{'; '.join(told[:2])}{more}"
    otherwise = (
        "name another folder, or discard this one (sweep run: --output, --fresh; "
        "sensitivity: --folder)"
    )
    if others or not versions:
        raise InputError(f"{folder}: holds another sweep ({listed}); {otherwise}")
    raise InputError(
        f"{folder}: holds this sweep as another version computes it ({listed}), whose last digits "
        f"may differ, and one table has one version; go on with the version of then, {otherwise}"
    )


def _wrong(manifest: Manifest) -> str:
    """The first thing that cannot be so, in words; empty if there is none."""
    wanted = {"design_hash": str, "rows": int, "chunk_size": int, "identity": dict, "config": dict}
    for key, kind in wanted.items():
        if not isinstance(manifest.get(key), kind) or isinstance(manifest[key], bool):
            return f"{key} is missing or of another type"
    rows, size = manifest["rows"], manifest["chunk_size"]
    for key in ("rows", "chunk_size"):
        if manifest[key] < 1:
            return f"{key} = {manifest[key]}: must be at least 1"
    if rows > size * _MOST_CHUNKS:
        return f"its rows would fill more than {_MOST_CHUNKS} files"
    nominal = manifest.get("nominal_rows", [])
    if not isinstance(nominal, list) or any(
        not isinstance(row, int) or not 0 <= row < rows for row in nominal
    ):
        return "nominal_rows are not among its rows"
    axes = manifest["identity"].get("axes")
    if not isinstance(axes, list) or not all(isinstance(axis, str) for axis in axes):
        return "identity.axes is missing or of another type"
    own = manifest.get("own", [])
    if not isinstance(own, list) or not all(isinstance(values, dict) for values in own):
        return "own is of another type"
    return ""


def _checksum(text: str) -> str:
    """Of all that a manifest says, to the last digit, however it is laid out."""
    said = json.loads(text, parse_int=_Digits, parse_float=_Digits)
    if isinstance(said, dict):
        said.pop("checksum", None)
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    return {key: f"{_short(old.get(key))} there, {_short(new.get(key))} now" for key in changed}


def _short(value: Any) -> str:
    if isinstance(value, list) and len(value) > 3:
        return f"{len(value)} values {value[0]} to {value[-1]}"
    return "none" if value is None else str(value)
