"""What a user names is written whole or not at all, and nothing but a file is replaced."""

import errno
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stridesim import files
from stridesim.files import check_output, output_file, whole_file, write_first, write_output
from stridesim.results import InputError

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX only")

KILLED = """
import os, sys, time
from pathlib import Path
from stridesim import files
{prepare}
with files.output_file(Path({path!r})) as temporary:
    with temporary.open("wb") as file:
        file.write(b"half" * 5000)
        file.flush()
        print("writing", flush=True)
        time.sleep(60)
"""


@pytest.fixture(params=["unnamed", "named"])
def temporary_kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With and without files that have no name before they are whole."""
    if request.param == "named":
        monkeypatch.setattr(files, "_unnamed", lambda _folder: None)
    elif files._unnamed(Path("/tmp")) is None:
        pytest.skip("no O_TMPFILE here")
    return request.param


def _start(path: Path, prepare: str = "") -> "subprocess.Popen[str]":
    program = KILLED.format(prepare=prepare, path=str(path))
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("there", [b"what was there", None])
def test_a_kill_leaves_what_was_there_and_nothing_else(
    tmp_path: Path, temporary_kind: str, there: bytes | None, end: signal.Signals
) -> None:
    path = tmp_path / "runner.toml"
    if there is not None:
        path.write_bytes(there)
    before = sorted(tmp_path.iterdir())
    named = "files._unnamed = lambda folder: None" if temporary_kind == "named" else ""
    with _start(path, named) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        if temporary_kind == "named":  # the next writer does not take what is being written
            write_output(tmp_path / "other", b"")
            write_output(path.with_name("runner.tom"), b"")
            assert len(list(tmp_path.glob(".runner.toml.*.unfinished"))) == 1
            (tmp_path / "other").unlink()
            (tmp_path / "runner.tom").unlink()
        process.send_signal(end)
    if temporary_kind == "unnamed":
        assert sorted(tmp_path.iterdir()) == before
    assert (path.read_bytes() if path.exists() else None) == there
    write_output(path, b"new")
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"new"


def test_two_writers_of_one_file_do_not_disturb_each_other(
    tmp_path: Path, temporary_kind: str
) -> None:
    path = tmp_path / "table.csv"
    with output_file(path) as first:
        first.write_bytes(b"first")
        write_output(path, b"second")
        assert path.read_bytes() == b"second"
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_what_was_there(tmp_path: Path, temporary_kind: str) -> None:
    path = tmp_path / "figure.png"
    path.write_bytes(b"old")

    def fail(error: BaseException) -> None:
        with output_file(path) as temporary:
            temporary.write_bytes(b"half")
            raise error

    with pytest.raises(InputError, match=r"figure\.png: cannot be written: No space left"):
        fail(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    with pytest.raises(KeyboardInterrupt):
        fail(KeyboardInterrupt())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


FULL = """
import resource, signal, sys
from pathlib import Path
from stridesim import files
from stridesim.results import InputError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    files.write_output(Path(sys.argv[1]), b"x" * 2000)
except InputError as error:
    print(error)
"""


@posix
def test_a_disk_that_takes_no_more_leaves_what_was_there(tmp_path: Path) -> None:
    """A limit of the kernel's on the size of a file."""
    path = tmp_path / "runner.toml"
    path.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{path}: cannot be written: File too large\n"
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture(params=[0o022, 0o077, 0o002, 0o027])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@posix
def test_permissions_are_the_umasks(tmp_path: Path, temporary_kind: str, umask: int) -> None:
    write_output(tmp_path / "a", b"")
    write_first(tmp_path / "b", b"")
    with whole_file(tmp_path / "c") as temporary:
        temporary.write_bytes(b"")
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o660, 0o755])
def test_a_file_that_is_replaced_keeps_its_permissions(
    tmp_path: Path, temporary_kind: str, mode: int
) -> None:
    path = tmp_path / "private.toml"
    path.write_bytes(b"")
    path.chmod(mode)
    write_output(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
def test_a_link_stays_and_its_target_is_written(tmp_path: Path, temporary_kind: str) -> None:
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "runner.toml", tmp_path / "mine.toml"
    second = tmp_path / "second.toml"
    link.symlink_to(Path("there") / "runner.toml")
    second.symlink_to(link)
    for content in (b"first", b"second"):  # the target is absent, and then is not
        write_output(second, content)
        assert target.read_bytes() == content
        assert link.is_symlink()
        assert second.is_symlink()
        assert list(target.parent.iterdir()) == [target]
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(InputError, match="round: cannot be written: Too many levels"):
        write_output(tmp_path / "round", b"")


@posix
def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    content = bytes(range(256)) * 4000  # more than a pipe holds
    write_output(pipe, content)
    reader.join()
    assert read == [content]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@posix
def test_a_pipe_that_nobody_reads_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PATIENCE", 0.1)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=r"pipe: nobody reads this pipe within 0\.1 s"):
        write_output(tmp_path / "pipe", b"x")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@posix
def test_devices_stay_devices(tmp_path: Path) -> None:
    write_output(Path("/dev/null"), b"x")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    with pytest.raises(InputError, match="/dev/full: cannot be written: No space left"):
        write_output(Path("/dev/full"), b"x" * 10)
    (tmp_path / "link").symlink_to("/dev/null")
    write_output(tmp_path / "link", b"x")
    assert (tmp_path / "link").is_symlink()
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@posix
@pytest.mark.parametrize("into", ["pipe", "file"])
def test_standard_output_by_its_name(tmp_path: Path, into: str) -> None:
    program = (
        "import sys; from pathlib import Path; from stridesim.files import write_output\n"
        "print('before', flush=True); write_output(Path('/dev/stdout'), b'content')"
    )
    with (tmp_path / "said").open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-c", program],
            stdout=file if into == "file" else subprocess.PIPE,
            check=True,
        )
    said = (tmp_path / "said").read_bytes() if into == "file" else done.stdout
    assert said == b"before\ncontent"


@posix
def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"old")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for path, said in {
            tmp_path / "folder": "is a folder; name a file",
            tmp_path / "socket": "is a socket, which is left alone",
            tmp_path / "absent" / "file": "no such folder",
            tmp_path / "file" / "within": "cannot be written: Not a directory",
            tmp_path / "a\0b": "cannot contain the character NUL",
            tmp_path / ("x" * 300): "cannot be written: File name too long",
            Path("-"): "standard output cannot be written here; name a file",
        }.items():
            for refuse in (check_output, lambda path: write_output(path, b"x")):
                with pytest.raises(InputError) as refused:
                    refuse(path)
                assert said in str(refused.value)
                assert "\n" not in str(refused.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder", "socket"]
    assert (tmp_path / "file").read_bytes() == b"old"


@posix
def test_a_long_name_can_be_written(tmp_path: Path, temporary_kind: str) -> None:
    path = tmp_path / ("é" * 120 + ".toml")
    write_output(path, b"x")
    assert list(tmp_path.iterdir()) == [path]


@posix
def test_a_file_without_permission_to_write_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "protected"
    path.write_bytes(b"old")
    access: Any = os.access
    # Tests may run as root, whom permission bits do not stop.
    monkeypatch.setattr(os, "access", lambda p, m: access(p, m) and m != os.W_OK)
    with pytest.raises(InputError, match="protected: cannot be written: Permission denied"):
        write_output(path, b"new")
    assert path.read_bytes() == b"old"
