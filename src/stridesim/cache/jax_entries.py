"""JAX's compilation cache, each entry with a digest that is checked before it is used.

JAX reads its entries as they are: a flipped bit is run as machine code, and a truncated entry is
a warning in every process and never replaced. We give it a cache of our own (its
`CacheInterface`), whose entries are JAX's with a tail

    magic of a skippable frame, 32 (4 bytes each, little-endian), SHA-256 (32 bytes)

which zlib and zstd pass over (RFC 8878, 3.1.2): another JAX program that shares the folder reads
our entries, and those that it wrote, which have no digest, are made again.
"""

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any, Final

import jax
from jax._src import compilation_cache
from jax._src.compilation_cache_interface import CacheInterface
from jax._src.lru_cache import LRUCache

from stridesim.cache.digest import SIZE, digest, remove
from stridesim.cache.folder import is_trusted
from stridesim.files import UNFINISHED, remove_leftovers

_MAGIC: Final = b"\x50\x2a\x4d\x18" + SIZE.to_bytes(4, "little")
_TAIL: Final = len(_MAGIC) + SIZE

_jax_s_own: Final = compilation_cache.get_file_cache


class CheckedEntries(CacheInterface):
    """Entries in `path`, as JAX asks for them: by key, None for what is absent or damaged."""

    def __init__(self, path: str, most: int) -> None:
        self._path: Any = Path(path)
        # Where the user limits the folder's size JAX's own cache forgets the eldest.
        self._limited = None if most == -1 else LRUCache(path, max_size=most)
        self._tidied = False

    def get(self, key: str) -> Any:
        """The entry, if it is what was put there."""
        path = self._file(key)
        try:
            whole = self._limited.get(key) if self._limited else path.read_bytes()
        except OSError:
            return None
        if whole is None:
            return None
        value, tail = whole[:-_TAIL], whole[-_TAIL:]
        if tail == _MAGIC + digest(key, value):
            return value
        remove(path)
        return None

    def put(self, key: str, value: bytes) -> None:
        """Keep an entry, unless there is one; what the disk refuses is not kept."""
        whole = value + _MAGIC + digest(key, value)
        with contextlib.suppress(OSError):
            if self._limited:
                self._limited.put(key, whole)
            else:
                self._write(self._file(key), whole)

    def _file(self, key: str) -> Path:
        return self._path / f"{key}-cache"

    def _write(self, path: Path, whole: bytes) -> None:
        """At once and, of several processes, the first. Nothing is synced: the digest tells."""
        if not self._tidied:
            remove_leftovers(self._path)
            self._tidied = True
        handle, name = tempfile.mkstemp(dir=self._path, prefix=".", suffix=UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(whole)
            try:
                os.link(name, path)
            except FileExistsError:
                pass
            except OSError:  # a file system without links
                os.replace(name, path)
        finally:
            remove(Path(name))


def check_entries() -> None:
    """Have JAX use such a cache wherever it would open a folder."""
    compilation_cache.get_file_cache = _checked


def _checked(path: str) -> tuple[Any, str] | None:
    if "://" in path:  # a bucket is JAX's and its owner's affair
        return _jax_s_own(path)
    if not is_trusted(Path(path)):
        return None
    config: Any = jax.config
    cache: Any = CheckedEntries(path, config.jax_compilation_cache_max_size)
    if config.jax_compilation_cache_check_contents:
        cache = compilation_cache.VerificationCache(cache)
    return cache, path
