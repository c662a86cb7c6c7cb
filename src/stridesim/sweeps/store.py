"""A sweep on disk that never loses a finished chunk: a folder of immutable Parquet files.

    results/NAME/manifest.json                        the design, its hash, the chunk size
    results/NAME/part-000000000-000000512.parquet     rows 0 ... 511, written once

A part is written under a temporary name, synced, and renamed, so a name ending in `.parquet`
is a whole part whatever happened; two runs on one folder write equal files. Resume lists the
files and computes the rows that no file holds. A part that cannot be read, or that fails its
checksums, is set aside and its rows are missing again. Units are in every field's metadata,
the design's hash and provenance in the schema's.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stridesim.results import InputError, quantity
from stridesim.sweeps.design import WORDS, Design
from stridesim.sweeps.files import on_disk, write_whole

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
_PART: Final = re.compile(r"part-(\d{9,})-(\d{9,})\.parquet")
_HASH: Final = b"stridesim.design_hash"
_PROVENANCE: Final = b"stridesim.provenance"


class SweepStore:
    """One folder of parts that belong to one design; make it with `create` or `open`."""

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest
        self.set_aside: list[Path] = []
        """Parts that could not be used, where they were moved to."""

    @classmethod
    def create(
        cls,
        folder: Path,
        design: Design,
        chunk_size: int,
        provenance: Mapping[str, Any] | None = None,
    ) -> "SweepStore":
        """The store of `design` in `folder`, new or resumed; another design is refused."""
        if (folder / MANIFEST).exists():
            store = cls.open(folder)
            store._refuse_another(design)
            return store
        with on_disk(folder):
            folder.mkdir(parents=True, exist_ok=True)
            strangers = sorted(p.name for p in folder.iterdir() if _PART.fullmatch(p.name))
        if strangers:
            raise InputError(
                f"{folder}: holds {strangers[0]} but no {MANIFEST}; "
                "name another folder with --output"
            )
        manifest = {
            "format": FORMAT,
            "design_hash": design.content_hash,
            "rows": design.rows,
            "nominal_rows": design.nominal_rows,
            "chunk_size": chunk_size,
            "config": design.effective(),
            "identity": design.identity,
            "provenance": dict(provenance or {}),
        }
        text = json.dumps(manifest, indent=1, ensure_ascii=False, default=str)
        write_whole(folder / MANIFEST, text.encode())
        return cls(folder, manifest)

    @classmethod
    def open(cls, folder: Path) -> "SweepStore":
        """An existing store; `InputError` when the folder is none."""
        path = folder / MANIFEST
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise InputError(f"{folder}: not a sweep (no {MANIFEST})") from None
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: cannot be read: {error}; start again with --fresh") from None
        wanted = {"design_hash": str, "rows": int, "chunk_size": int, "identity": dict}
        broken = not isinstance(manifest, dict) or any(
            not isinstance(manifest.get(key), kind) for key, kind in wanted.items()
        )
        if broken or manifest.get("format") != FORMAT:
            raise InputError(f"{path}: not a manifest of format {FORMAT}; start again with --fresh")
        return cls(folder, manifest)

    @property
    def rows(self) -> int:
        """Rows of the complete sweep, the nominal runner included."""
        return self.manifest["rows"]

    @property
    def nominal_rows(self) -> list[int]:
        """The rows of the nominal runners, one for every runner and task."""
        return self.manifest.get("nominal_rows") or [self.rows - 1]

    def chunks(self) -> list[tuple[int, int]]:
        """All chunks of the sweep, as first and one-past-last row."""
        size = self.manifest["chunk_size"]
        return [(a, min(a + size, self.rows)) for a in range(0, self.rows, size)]

    def finished(self) -> list[tuple[int, int]]:
        """Chunks on disk, every one read and verified; what fails is set aside."""
        wanted = set(self.chunks())
        good = []
        for path in sorted(self.folder.glob("part-*.parquet")):
            match = _PART.fullmatch(path.name)
            chunk = (int(match[1]), int(match[2])) if match else None
            if chunk and chunk in wanted and self._load(chunk) is not None:
                good.append(chunk)
            else:
                self._put_aside(path)
        return good

    def missing(self) -> list[tuple[int, int]]:
        """Chunks that remain to be computed, in order."""
        done = set(self.finished())
        return [chunk for chunk in self.chunks() if chunk not in done]

    def write(
        self,
        chunk: tuple[int, int],
        columns: Mapping[str, np.ndarray],
        units: Mapping[str, str],
        provenance: Mapping[str, Any] | None = None,
    ) -> None:
        """Write the rows of a chunk, whole or not at all."""
        table = pa.table(dict(columns))
        fields = [
            field.with_metadata({"unit": units[field.name]}) if field.name in units else field
            for field in table.schema
        ]
        metadata = {
            _HASH: self.manifest["design_hash"].encode(),
            _PROVENANCE: json.dumps(dict(provenance or {}), default=str).encode(),
        }
        schema = pa.schema(fields, metadata=metadata)
        sink = pa.BufferOutputStream()
        pq.write_table(table.cast(schema), sink, write_page_checksum=True, compression="zstd")
        write_whole(self._path(chunk), sink.getvalue())

    def tables(self) -> Iterator[pa.Table]:
        """The finished parts in order, one at a time, as far as they can be read."""
        for chunk in self.chunks():
            table = self._load(chunk)
            if table is not None:
                yield table

    def read(self) -> pa.Table:
        """The complete sweep; `InputError` while chunks are missing."""
        parts = list(self.tables())
        found = sum(part.num_rows for part in parts)
        if found < self.rows:
            raise InputError(
                f"{self.folder}: {found} of {self.rows} rows are finished; "
                "run the same sweep again to compute the rest"
            )
        return pa.concat_tables(parts)

    def _path(self, chunk: tuple[int, int]) -> Path:
        return self.folder / f"part-{chunk[0]:09d}-{chunk[1]:09d}.parquet"

    def _load(self, chunk: tuple[int, int]) -> pa.Table | None:
        """A part, or None when it is absent, damaged or of another design."""
        try:
            # A file, not a path: a path would be searched for Hive partitions.
            with self._path(chunk).open("rb") as file:
                table = pq.ParquetFile(file, page_checksum_verification=True).read()
        except (pa.ArrowException, OSError, ValueError):
            return None
        stamp = (table.schema.metadata or {}).get(_HASH, b"").decode()
        whole = table.column("row").to_pylist() == list(range(*chunk))
        return table if whole and stamp == self.manifest["design_hash"] else None

    def _put_aside(self, path: Path) -> None:
        attempt = 0
        while (target := path.with_name(f"{path.name}.unusable-{attempt}")).exists():
            attempt += 1
        with on_disk(path):
            path.rename(target)
        self.set_aside.append(target)

    def _refuse_another(self, design: Design) -> None:
        if self.manifest["design_hash"] == design.content_hash:
            return
        changes = _changes(self.manifest["identity"], json.loads(json.dumps(design.identity)))
        more = f" and {len(changes) - 2} more" if changes[2:] else ""
        raise InputError(
            f"{self.folder}: holds another sweep ({'; '.join(changes[:2])}{more}); "
            "name another folder with --output, or discard the old one with --fresh"
        )


def column_units(design: Design, names: Iterable[str]) -> dict[str, str]:
    """Unit of those columns of a store that have one."""
    units = design.units
    results = [name for name in names if name not in units and name not in WORDS]
    return units | {name: quantity(name).unit for name in results}


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    return [f"{key}: {_short(old.get(key))} there, {_short(new.get(key))} now" for key in changed]


def _short(value: Any) -> str:
    if isinstance(value, list) and len(value) > 3:
        return f"{len(value)} values {value[0]} to {value[-1]}"
    return "none" if value is None else str(value)
