"""What a sweep survives: kill -9 at any moment, a second run beside it, a full or foreign disk."""

import errno
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, NoReturn

import pytest
from fake_sweep import MAP, Fake, bits

from stridesim.results import InputError
from stridesim.sweeps import Design, SweepStore, run_sweep
from stridesim.sweeps.design import design_from_tables
from stridesim.sweeps.engines.shard import Shard, read_shard
from stridesim.sweeps.run import fill_store

PROGRAM = """
import os, sys, time
from pathlib import Path
from fake_sweep import MAP, Fake
from stridesim import files
from stridesim.sweeps import run_sweep
from stridesim.sweeps.design import design_from_tables

{prepare}
run_sweep(design_from_tables(MAP, "map.toml"), Fake(2.0), Path({folder!r}), chunk_size={size})
print("done", flush=True)
"""


@pytest.fixture
def design() -> Design:
    return design_from_tables(MAP, "map.toml")


@pytest.fixture
def direct(design: Design, tmp_path: Path) -> dict[str, bytes]:
    """What an undisturbed run finds."""
    run_sweep(design, Fake(2.0), tmp_path / "direct")
    return bits(tmp_path / "direct")


def _start(folder: Path, prepare: str = "", size: int = 5) -> "subprocess.Popen[str]":
    path = os.pathsep.join([str(Path(__file__).resolve().parents[2]), *sys.path])
    program = PROGRAM.format(prepare=prepare, folder=str(folder), size=size)
    return subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    )


HALF_WRITTEN = """
make_durable = files._make_durable
def stop_in_the_third_part(temporary):
    if temporary.name.startswith(".part-") and len(list(temporary.parent.glob("part-*"))) == 2:
        content = temporary.read_bytes()
        temporary.write_bytes(content[:len(content) // 2])
        print("writing", flush=True)
        time.sleep(60)
    make_durable(temporary)
files._make_durable = stop_in_the_third_part
"""


def test_killed_while_a_part_is_written(
    design: Design, direct: dict[str, bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "s"
    with _start(folder, HALF_WRITTEN) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        process.kill()
    assert len(list(folder.glob(".part-*.unfinished"))) == 1
    assert len(SweepStore.open(folder).finished()) == 2
    fake = Fake(2.0)
    run_sweep(design, fake, folder)
    assert len(fake.calls) == 18
    assert bits(folder) == direct


def test_killed_at_any_moment(design: Design, direct: dict[str, bytes], tmp_path: Path) -> None:
    """From the making of the folder on; the next run finishes the work and repeats none of it."""
    slow = "fsync = os.fsync; os.fsync = lambda handle: (time.sleep(0.01), fsync(handle))"
    moments = {tmp_path / "early": 0.02, tmp_path / "later": 0.3}
    for folder, moment in moments.items():
        with _start(folder, slow) as process:
            while not folder.exists():
                assert process.poll() is None
                time.sleep(0.001)
            time.sleep(moment)
            process.kill()
        begun = (folder / "manifest.json").exists()
        finished = SweepStore.open(folder).finished() if begun else {}
        fake = Fake(2.0)
        run_sweep(design, fake, folder, chunk_size=5)
        assert len(fake.calls) == 20 - len(finished)
        assert bits(folder) == direct


def test_two_runs_on_one_folder(design: Design, direct: dict[str, bytes], tmp_path: Path) -> None:
    folder = tmp_path / "s"
    processes = [_start(folder) for _ in range(2)]
    for process in processes:
        said, errors = process.communicate(timeout=300)
        assert (said, process.returncode) == ("done\n", 0), errors
    assert bits(folder) == direct
    assert len(list(folder.glob("part-*.parquet"))) == 20
    assert not list(folder.glob("*.unusable-*"))
    assert not list(folder.glob(".*.unfinished"))


def test_what_another_run_finishes_meanwhile_is_not_computed_again(
    design: Design, tmp_path: Path
) -> None:
    folder = tmp_path / "s"
    fake = Fake(2.0)

    def while_another_runs(points: Any) -> Any:
        if not fake.calls:
            run_sweep(design, Fake(2.0), folder)
        return fake(points)

    seen: list[int] = []
    run_sweep(
        design,
        while_another_runs,
        folder,
        chunk_size=10,
        progress=lambda rows, _: seen.append(rows),
    )
    assert fake.calls == [10]
    assert sum(seen) == 100, "and counted once"


def test_of_two_different_sweeps_that_begin_at_once_one_is_refused(
    design: Design, tmp_path: Path
) -> None:
    other = design_from_tables({**MAP, "set": {"task.speed": 3.0}}, "map.toml")
    refused: list[str] = []
    start = threading.Barrier(2)

    def begin(which: Design) -> None:
        start.wait()
        try:
            run_sweep(which, Fake(2.0), tmp_path / "s", chunk_size=10)
        except InputError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=begin, args=(which,)) for which in (design, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert "holds another sweep" in refused[0]
    assert not SweepStore.open(tmp_path / "s").missing()


def test_shards_fill_one_folder(design: Design, direct: dict[str, bytes], tmp_path: Path) -> None:
    folder = tmp_path / "s"
    fakes = [Fake(2.0) for _ in range(3)]
    for i, fake in enumerate(fakes):
        fill_store(design, fake, folder, Shard(i + 1, 3), chunk_size=10)
    assert [len(fake.calls) for fake in fakes] == [4, 3, 3]
    assert not SweepStore.open(folder).missing()
    last = Fake(2.0)
    run_sweep(design, last, folder)
    assert last.calls == []
    assert bits(folder) == direct


def test_a_share_depends_on_nothing_but_its_number(design: Design, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    fill_store(design, Fake(), folder, Shard(2, 4), chunk_size=10)
    fill_store(design, Fake(), folder, Shard(2, 4), chunk_size=10)
    assert list(SweepStore.open(folder).finished()) == [(10, 20), (50, 60), (90, 100)]


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "1/0", "-1/3", "1/3/5", ""])
def test_a_shard_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"expected i/n with i from 1 to n, such as 2/8"):
        read_shard(text)


def test_a_full_disk_keeps_what_is_finished_and_says_so(
    design: Design, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "s"
    with monkeypatch.context() as patched:
        written: list[Path] = []
        write = Path.write_bytes

        def full(path: Path, content: Any) -> int:
            if path.name.startswith(".part-"):
                written.append(path)
                if len(written) > 3:
                    write(path, bytes(content)[:10])
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            return write(path, content)

        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(
            InputError,
            match="No space left on device; finished rows are kept",
        ):
            run_sweep(design, Fake(), folder, chunk_size=10)
    assert len(SweepStore.open(folder).finished()) == 3
    assert not list(folder.glob(".*.unfinished"))
    fake = Fake()
    run_sweep(design, fake, folder)
    assert len(fake.calls) == 7


def test_a_disk_that_takes_no_more_bytes(design: Design, tmp_path: Path) -> None:
    """A real limit of the kernel's: files may not grow beyond 6 kB, as parts of 50 rows do."""
    folder = tmp_path / "s"
    limit = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from stridesim.sweeps import store\n"
        "create = store.SweepStore.create.__func__\n"
        "def then_limit(*given):\n"
        "    made = create(*given)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
        "    return made\n"
        "store.SweepStore.create = classmethod(then_limit)\n"
    )
    process = _start(folder, limit, size=50)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "InputError" in errors
    assert "cannot be written: File too large" in errors
    assert not list(folder.glob("part-*"))
    assert not list(folder.glob(".*.unfinished"))
    assert run_sweep(design, Fake(), folder).ok.any()


def test_a_read_only_folder_is_named_and_can_still_be_read(
    design: Design, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "s"
    run_sweep(design, Fake(), folder, chunk_size=10)

    def read_only(*_: Any, **__: Any) -> NoReturn:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    opened = os.open

    def read_only_if_new(path: Any, flags: int, *mode: int) -> int:
        return read_only() if flags & os.O_CREAT else opened(path, flags, *mode)

    # Tests may run as root, whom permission bits do not stop.
    monkeypatch.setattr("os.open", read_only_if_new)
    for name in ("os.mkdir", "pathlib.Path.rename"):
        monkeypatch.setattr(name, read_only)
    fake = Fake()
    assert run_sweep(design, fake, folder).ok.any(), "nothing is to be written"
    assert fake.calls == []
    assert len(SweepStore.open(folder).finished()) == 10
    with pytest.raises(InputError, match=r"new: cannot be written: Read-only file system"):
        run_sweep(design, Fake(), tmp_path / "new")
    next(folder.glob("part-*")).unlink()
    with pytest.raises(InputError, match=r"part-.* cannot be written: Read-only file system"):
        run_sweep(design, Fake(), folder)
