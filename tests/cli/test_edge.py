"""Whatever the surroundings are: a line and an exit code, or it works. No trace of Python."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stridesim import __version__
from stridesim.cli import main
from stridesim.cli._edge import one_line, reason_of
from stridesim.cli._lazy import Failure, Lazy, LazyGroup
from stridesim.reports.streams import plain

PROGRAM = f"{sys.executable} -m stridesim"
HUGE = "9" * 5000


def _shell(line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """`line` in a shell, `stridesim` in it being the program."""
    script = f'stridesim() {{ {PROGRAM} "$@"; }}; {line}'
    kept = os.environ | environment
    done = subprocess.run(["sh", "-c", script], env=kept, capture_output=True)
    assert b"Traceback" not in done.stderr, done.stderr
    assert b"Exception ignored" not in done.stderr
    return done


def test_the_package_is_a_program() -> None:
    done = _shell("stridesim --version")
    assert (done.returncode, done.stdout) == (0, f"stridesim {__version__}\n".encode())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has /dev/full")
@pytest.mark.parametrize("words", ["--help", "params", "params --json"])
def test_a_full_output_is_told(words: str) -> None:
    done = _shell(f"stridesim {words} >/dev/full")
    assert done.returncode == 1
    said = b"stridesim: error: standard output: No space left on device\n"
    assert done.stderr == said


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("stridesim params >&-", 0),
        ("stridesim params --json >&-", 0),
        ("stridesim run absent.toml 2>&-", 1),
        ("stridesim run absent.toml >&- 2>&- <&-", 1),
        ("stridesim run --bogus 2>&-", 2),
        ("stridesim params 2>/dev/full", 0),
        ("stridesim run absent.toml 2>/dev/full", 1),
        ("stridesim params | true", 0),
    ],
)
def test_who_does_not_listen_is_not_told(line: str, code: int) -> None:
    done = _shell(line)
    assert (done.returncode, done.stderr) == (code, b"")


def test_closed_streams_are_no_place_for_files() -> None:
    """The first file that is opened would get the number of the output, and what it prints."""
    script = (
        "from stridesim.reports.streams import prepare_streams; prepare_streams()\n"
        "import os; handle = open(os.devnull)\n"
        "assert handle.fileno() > 2, handle.fileno()\n"
        "print('nobody hears')"
    )
    done = subprocess.run(["sh", "-c", f'{sys.executable} -c "$0" <&- >&-', script])
    assert done.returncode == 0


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "utf-8"])
def test_every_encoding_has_signs_for_what_is_said(encoding: str) -> None:
    script = (
        "from stridesim.reports.streams import prepare_streams; prepare_streams()\n"
        "import click; from stridesim.reports.output import print_json\n"
        "click.echo('0.277 ± 0.005 − 3 ≥ 2 Müller'); click.echo('µ', err=True)\n"
        "print_json({'unit': 'µ'})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        check=True,
    )
    said, _, rest = done.stdout.decode(encoding).partition("\n")
    expected = {
        "ascii": "0.277 +/- 0.005 - 3 >= 2 Muller",
        "latin-1": "0.277 ± 0.005 - 3 >= 2 Müller",
        "cp437": "0.277 ± 0.005 - 3 ≥ 2 Müller",
        "utf-8": "0.277 ± 0.005 − 3 ≥ 2 Müller",
    }
    assert said == expected[encoding]
    assert json.loads(rest) == {"unit": "µ"}
    assert done.stderr.decode(encoding).strip() == ("u" if encoding == "ascii" else "µ")


def test_signs_without_a_word_for_them_are_question_marks() -> None:
    assert plain("5 °, x² → 日\udcff") == "5  deg, x2 -> ??"


def test_the_backend_of_a_notebook_is_not_ours() -> None:
    script = (
        "from stridesim.cli import main\n"
        "main(['params', 'leg.stiffness'], standalone_mode=False)\n"
        "import stridesim.plots.style, matplotlib\n"
        "print(matplotlib.get_backend())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"MPLBACKEND": "module://matplotlib_inline.backend_inline"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].lower() == "agg"


def test_a_device_that_is_not_there_is_a_line() -> None:
    done = _shell("stridesim run", JAX_PLATFORMS="cuda,rocm")
    if done.returncode == 0:
        pytest.skip("there is one")
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith(
        "stridesim: error: JAX_PLATFORMS = 'cuda,rocm': JAX finds no such device"
    )
    assert done.returncode == 1


@pytest.mark.skipif(os.name != "posix", reason="POSIX has no home without a name")
def test_a_user_whom_the_machine_does_not_know(tmp_path: Path) -> None:
    """As in a container: no entry in passwd and no HOME."""
    script = (
        "import os; os.getuid = lambda: 54321\n"
        "from stridesim.runtime import configure_jax; configure_jax()\n"
        "import jax, stridesim.plots.style\n"
        "print(jax.config.jax_compilation_cache_dir, jax.numpy.ones(3).sum())"
    )
    kept = {k: v for k, v in os.environ.items() if k != "HOME" and not k.startswith("XDG_")}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=kept, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["None", "3.0"]
    assert not list(tmp_path.iterdir()), "no folder named ~"


@pytest.mark.parametrize(
    "words",
    [
        ["run", "a\0b.toml"],
        ["run", "--set", "task.speed=3\0"],
        ["sweep", "run", "a\0b.toml"],
        ["fit", "a\0b.csv"],
        ["measure", "a\0b.csv"],
        ["params", "a\0b"],
        ["bo\0gus"],
    ],
    ids=repr,
)
def test_a_nul_is_a_usage_error(words: list[str]) -> None:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert "holds a NUL character" in done.stderr
    assert "\0" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["sweep", "run", "a.toml", "--workers", HUGE],
        ["sweep", "run", "a.toml", "--workers", "1025"],
        ["sweep", "slurm", "a.toml", "--shards", HUGE],
        ["sweep", "run", "a.toml", "--shard", f"1/{HUGE}"],
        ["sensitivity", "--seed", HUGE],
        ["sensitivity", "--samples", str(10**9)],
        ["sensitivity", "--top", HUGE],
        ["perturb", "--steps", "9" * 1_000_000],
    ],
    ids=lambda words: " ".join(words)[:40],
)
def test_endless_numbers_are_refused_in_short(words: list[str]) -> None:
    done = CliRunner().invoke(main, words)
    assert done.exit_code in (1, 2)
    assert isinstance(done.exception, SystemExit)
    assert len(done.stderr) < 3000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"[body]\nmass = {HUGE}\n", "a number that cannot be read"),
        ("a = " + "[" * 2000 + "]" * 2000, "nested deeper than"),
        ("a = " + "{a=" * 2000 + "1" + "}" * 2000, "nested deeper than"),
    ],
)
@pytest.mark.parametrize("words", [["run"], ["sweep", "run"], ["sweep", "plan"]])
def test_files_that_python_refuses(tmp_path: Path, words: list[str], text: str, said: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text)
    done = CliRunner().invoke(main, [*words, str(path)])
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith(f"stridesim: error: {path}: ")
    assert said in done.stderr


def _deep() -> None:
    _deep()


def _group(call: object) -> LazyGroup:
    @click.command("fail")
    def fail() -> None:
        eval(call) if isinstance(call, str) else call()  # type: ignore[operator]

    group = LazyGroup("group", lazy={"fail": Lazy("nowhere", "fails")})
    group.get_command = lambda ctx, cmd_name: fail
    return group


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (_deep, "nested too deeply"),
        (lambda: open("a\0b"), "NUL character"),  # noqa: SIM115, PTH123
        (lambda: os.stat("a\0b"), "NUL character"),  # noqa: PTH116
        (lambda: int(HUGE), "thousands of digits"),
        (lambda: str(10**5000), "thousands of digits"),
        (lambda: float(10**400), "a number is too large"),
        (lambda: bytearray(1 << 62), "not enough memory"),
    ],
)
def test_what_python_says_is_put_into_words(call: Callable[[], object], said: str) -> None:
    done = CliRunner().invoke(_group(call), ["fail"])
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("stridesim: error: ")
    assert said in line


def test_other_errors_are_no_reason() -> None:
    assert reason_of(ZeroDivisionError("division by zero")) == ""
    assert reason_of(ValueError("x")) == ""


@pytest.mark.parametrize("verbose", [False, True])
def test_a_fault_of_the_program_is_called_one(verbose: bool) -> None:
    words = ["-v"] if verbose else []
    script = (
        "import stridesim.cli, stridesim.cli.params as params, sys\n"
        "def fail(*_, **__): raise ZeroDivisionError('division by zero')\n"
        "params.command.callback = fail\n"
        f"sys.argv = ['stridesim', *{words}, 'params']\n"
        "stridesim.cli.command_line()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 1
    assert ("Traceback" in done.stderr) == verbose
    assert done.stderr.splitlines()[-1] == (
        "stridesim: error: a fault of the program, please report it: ZeroDivisionError: division "
        "by zero (<string>, line 2); 'stridesim -v ...' shows its trace"
    )


def test_messages_are_short_and_show_what_they_hold() -> None:
    assert one_line("a\n  b\x1b[31m\x07") == r"a b\u001b[31m\u0007"
    said = str(Failure("x" * 1_000_000 + "end"))
    assert len(said) < 2100
    assert said.endswith("end")
