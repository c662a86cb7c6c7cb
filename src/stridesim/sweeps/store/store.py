"""A sweep on disk that never loses a finished chunk: a folder of immutable Parquet files.

    results/NAME/manifest.json                        the design, its hash, the chunk size
    results/NAME/part-000000000-000000512.parquet     rows 0 ... 511, written once

A part is written under a temporary name, synced, and renamed, so a name ending in `.parquet`
is a whole part whatever happened; two runs on one folder write equal files, of which one stays.
Resume lists the files, reads their footers and computes the rows that no file holds. That is
cheap and enough: the content was on the disk before the name was, and what a disk does to it
later is found by the pages' checksums, which every reader verifies (`verify` reads them all).
A part that cannot be used is set aside, and its rows are missing again. So is a manifest that
cannot be relied on, and then the parts of the design say what they hold.
"""

import contextlib
import functools
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from stridesim.files import on_disk, remove_leftovers, write_whole
from stridesim.results import InputError, quantity
from stridesim.sweeps.design import WORDS, Design
from stridesim.sweeps.engines.chunk import Chunk, Columns, chunks_of
from stridesim.sweeps.store import part
from stridesim.sweeps.store.folder import PART, refuse_foreign
from stridesim.sweeps.store.manifest import (
    MANIFEST,
    DamagedManifestError,
    DiscardedSweepError,
    Manifest,
    establish,
    read_manifest,
    refuse_another,
)

log = logging.getLogger("stridesim")


class MissingRowsError(InputError):
    """Not all rows are finished."""


class DamagedPartError(MissingRowsError):
    """A part failed its checksums; it has been set aside if the folder permits."""


class SweepStore:
    """One folder of parts that belong to one design; make it with `create` or `open`."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest

    @classmethod
    def create(
        cls,
        folder: Path,
        design: Design,
        chunk_size: int,
        provenance: Mapping[str, Any] | None = None,
    ) -> "SweepStore":
        """The store of `design` in `folder`, new or resumed; another design, and a folder that
        holds other files and no sweep, are refused.

        Parts that cannot be used, and files that killed runs left, are out of the way afterwards.
        """
        with on_disk(folder):
            if folder.exists() and not folder.is_dir():
                raise InputError(f"{folder}: cannot be written: is no folder; name another")
            folder.mkdir(parents=True, exist_ok=True)
        size = _size_if_new(folder, design)
        manifest = folder / MANIFEST
        if size is not None and (moved := _set_aside(manifest)):
            log.warning(
                "%s: cannot be relied on; is %s now, and written anew", manifest, moved.name
            )
        store = cls(folder, establish(folder, design, size or chunk_size, provenance or {}))
        remove_leftovers(folder)
        store._set_unusable_parts_aside(design, (provenance or {}).get("processor"))
        return store

    @classmethod
    def find(cls, folder: Path, design: Design) -> "SweepStore | None":
        """What `create` would go on with, None if nothing; refuses what it would refuse."""
        if not folder.is_dir() or _size_if_new(folder, design) is not None:
            return None
        manifest = read_manifest(folder)
        refuse_another(folder, manifest, design)
        return cls(folder, manifest)

    @classmethod
    def open(cls, folder: Path) -> "SweepStore":
        """An existing store, to be read; `InputError` when the folder is none."""
        with on_disk(folder):
            if folder.exists() and not folder.is_dir():
                raise InputError(f"{folder}: is no folder, which a sweep is")
        return cls(folder, read_manifest(folder))

    @property
    def rows(self) -> int:
        """Rows of the complete sweep, the nominal runner included."""
        return self.manifest["rows"]

    @property
    def nominal_rows(self) -> list[int]:
        """The rows that are no points of the design but the nominal runner."""
        return self.manifest.get("nominal_rows") or [self.rows - 1]

    def chunks(self) -> list[Chunk]:
        """All chunks of the sweep."""
        return chunks_of(self.rows, self.manifest["chunk_size"])

    def path(self, chunk: Chunk) -> Path:
        """Where the rows of a chunk are, or will be."""
        return self.folder / f"part-{chunk[0]:09d}-{chunk[1]:09d}.parquet"

    def statuses(self, chunk: Chunk) -> dict[str, int] | None:
        """How often each status occurs in a chunk; None while there is no part to be used."""
        footer = self._footer(chunk)
        return footer.statuses if footer else None

    def finished(self) -> dict[Chunk, dict[str, int]]:
        """The chunks on disk, in order, and how often each status occurs in them."""
        there = self._names()
        chunks = [chunk for chunk in self.chunks() if self.path(chunk).name in there]
        found = {chunk: self.statuses(chunk) for chunk in chunks}
        return {chunk: statuses for chunk, statuses in found.items() if statuses is not None}

    def missing(self) -> list[Chunk]:
        """Chunks that remain to be computed, in order."""
        done = self.finished()
        return [chunk for chunk in self.chunks() if chunk not in done]

    def write(
        self,
        chunk: Chunk,
        columns: Columns,
        units: Mapping[str, str],
        provenance: Mapping[str, Any] | None = None,
    ) -> None:
        """Write the rows of a chunk, whole or not at all."""
        content = part.encode(columns, units, self.manifest["design_hash"], provenance or {})
        write_whole(self.path(chunk), memoryview(content))

    def tables(self, names: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """The finished parts in order, one at a time: the named columns, or all."""
        for chunk in self.finished():
            yield self._read(chunk, names)

    def read(self, names: Iterable[str], *, partial: bool = False) -> Columns:
        """Columns of the complete sweep, with `partial` of its finished rows.

        `InputError` while chunks are missing.
        """
        names = list(names)
        there = sum(stop - start for start, stop in self.finished())
        if there < self.rows and not partial:
            raise MissingRowsError(
                f"{self.folder}: {there} of {self.rows} rows are finished; "
                "run the same sweep again to compute the rest"
            )
        absent = next((name for name in names if there and name not in self.columns), None)
        if absent is not None:
            raise InputError(f"{self.folder}: has no column {absent}")
        arrays: Columns = {}
        place = 0
        for table in self.tables(names):
            for name in names:
                values = part.as_array(table.column(name))
                arrays.setdefault(name, np.empty(there, values.dtype))
                arrays[name][place : place + len(values)] = values
            place += table.num_rows
        return arrays

    def row(self, index: int) -> dict[str, Any]:
        """Every column of one row of a complete sweep."""
        size = self.manifest["chunk_size"]
        start = index // size * size
        table = self._read((start, min(start + size, self.rows)), None)
        return table.slice(index - start, 1).to_pylist()[0]

    def schema(self) -> pa.Schema:
        """Names, types and units of the columns; `InputError` while no row is finished."""
        for chunk in self.chunks():
            if (footer := self._footer(chunk)) and footer.columns == self.columns:
                return part.read_schema(self.path(chunk))
        raise InputError(
            f"{self.folder}: none of {self.rows} rows is finished; run the same sweep again"
        )

    @functools.cached_property
    def columns(self) -> dict[str, str]:
        """Type of every column: what most parts have; empty while no row is finished."""
        return _columns_of_most(filter(None, map(self._footer, self.finished())))

    def verify(self) -> list[Path]:
        """Read every page of every part; what fails, or was cut short, is set aside and named."""
        damaged = []
        for chunk in self.chunks():
            # By its name, not its footer, which is gone where a file was cut short; what another
            # run is adding now is whole once it has a name.
            if not self.path(chunk).exists():
                continue
            try:
                self._read(chunk, None)
            except DamagedPartError:
                damaged.append(self.path(chunk))
        return damaged

    def _names(self) -> set[str]:
        with on_disk(self.folder):
            return {path.name for path in self.folder.iterdir()}

    def _footer(self, chunk: Chunk) -> part.Footer | None:
        footer = part.read_footer(self.path(chunk))
        stamp = self.manifest["design_hash"]
        return footer if footer and (footer.chunk, footer.design_hash) == (chunk, stamp) else None

    def _set_unusable_parts_aside(self, design: Design, processor: str | None) -> None:
        expected = {self.path(chunk).name: chunk for chunk in self.chunks()}
        # Each is looked at after it was listed: what another run is adding now is whole.
        names = sorted(filter(PART.fullmatch, self._names()))
        footers = {name: self._footer(expected[name]) for name in names if name in expected}
        needed = {*design.units, *design.config.outputs, design.shown}
        usable = [f for f in footers.values() if f is not None and needed <= {*f.columns}]
        agreed = _columns_of_most(usable)
        for name in names:
            footer = footers.get(name)
            if footer is None or footer.columns != agreed:
                path = self.folder / name
                moved = _set_aside(path)
                log.warning("%s: cannot be used%s", path, f"; is {moved.name} now" if moved else "")
        others = {footer.provenance.get("processor") for footer in usable} - {None, processor}
        if processor is not None and others:
            log.warning(
                "%s: holds rows computed on processors of another kind (%s; here %s), whose last "
                "digits may differ; discard them (sweep run --fresh) to have all rows of one kind",
                self.folder,
                ", ".join(sorted(map(str, others))),
                processor,
            )

    def _read(self, chunk: Chunk, names: Sequence[str] | None) -> pa.Table:
        path = self.path(chunk)
        asked = _identity(path)
        try:
            table = part.read_table(path, names)
            columns = {field.name: str(field.type) for field in table.schema}
            wanted = self.columns if names is None else {n: self.columns[n] for n in names}
            if columns != wanted:
                raise ValueError("its columns are not those of the other parts")
            return table
        except part.UNREADABLE as error:
            if getattr(error, "errno", None) is not None:  # no fault of the file's content
                raise InputError(f"{path}: cannot be read: {error}") from None
            if _identity(path) not in (asked, None):  # another run has written it again meanwhile
                return self._read(chunk, names)
            what = " ".join(str(error).split())
            moved = _set_aside(path)
            where = f" and was set aside as {moved.name}" if moved else ""
            raise DamagedPartError(
                f"{path}: is damaged ({what}){where}; "
                "run the same sweep again to compute its rows anew"
            ) from None


def _size_if_new(folder: Path, design: Design) -> int | None:
    """None where `folder` has a manifest to go on with, of whatever sweep; else the size of chunks
    by the parts of `design` that it holds, 0 where there are none. Refuses what is another's."""
    # Listed before the manifest is read: another run that begins now writes that first.
    names = sorted(path.name for path in folder.iterdir())
    parts = [name for name in names if PART.fullmatch(name)]
    footers = [footer for name in parts if (footer := part.read_footer(folder / name))]
    own = [footer.chunk for footer in footers if footer.design_hash == design.content_hash]
    try:
        manifest = read_manifest(folder)
    except DiscardedSweepError:
        return 0
    except DamagedManifestError:
        pass
    except InputError:
        if (folder / MANIFEST).exists():
            raise
    else:
        if manifest["design_hash"] != design.content_hash or _fits(manifest, design, own):
            return None
    if footers and not own:
        raise InputError(
            f"{folder}: holds {parts[0]} of another sweep, and no {MANIFEST} that can be read; "
            "name another folder"
        )
    if not own:
        refuse_foreign(folder, names)
    return next((stop - start for start, stop in own if stop < design.rows), 0)


def _columns_of_most(footers: Iterable[part.Footer]) -> dict[str, str]:
    counted = Counter(tuple(footer.columns.items()) for footer in footers)
    return dict(counted.most_common(1)[0][0]) if counted else {}


def _fits(manifest: Manifest, design: Design, parts: Sequence[Chunk]) -> bool:
    """Whether a manifest says of the rows what the design, and its parts that are there, say."""
    rows, size = manifest["rows"], manifest["chunk_size"]
    return (
        rows == design.rows
        and manifest.get("nominal_rows") == list(design.nominal_rows)
        and all((a % size, b) == (0, min(a + size, rows)) for a, b in parts)
    )


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another that takes its name; None where there is none."""
    with contextlib.suppress(OSError):
        found = path.stat()
        return found.st_ino, found.st_mtime_ns
    return None


def _set_aside(path: Path) -> Path | None:
    """Rename what cannot be used; None where that cannot be, or another run did."""
    attempt = 0
    while (target := path.with_name(f"{path.name}.unusable-{attempt}")).exists():
        attempt += 1
    with contextlib.suppress(OSError):
        path.rename(target)
        return target
    return None


def column_units(design: Design, names: Iterable[str]) -> dict[str, str]:
    """Unit of those columns of a store that have one."""
    units = design.units
    results = [name for name in names if name not in units and name not in WORDS]
    return units | {name: quantity(name).unit for name in results}
