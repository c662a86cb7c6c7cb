import json
import logging
import math
import re
import subprocess
import sys
import time
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner

from stridesim import __version__
from stridesim.cli import COMMANDS, main
from stridesim.cli._lazy import Lazy, LazyGroup
from stridesim.cli._options import json_option, parse_settings, runner_argument, set_option
from stridesim.cli._progress import Pace, progress
from stridesim.reports.output import print_json, print_table
from stridesim.results import InputError, Status
from stridesim.studies.plain import plain

README = Path(__file__).resolve().parents[2] / "README.md"
HEAVY = ("jax", "jaxlib", "numpy", "scipy", "equinox", "matplotlib", "pyarrow", "pydantic", "rich")


def _leaves() -> list[tuple[str, ...]]:
    """Every command as it is typed, those of a group too; a name alone if it cannot be imported."""
    found: list[tuple[str, ...]] = []
    for name in COMMANDS:
        found.append((name,))
        try:
            command = main.get_command(click.Context(main), name)
        except ImportError:
            continue
        if isinstance(command, click.Group):
            found += [(name, sub) for sub in command.list_commands(click.Context(command))]
    return found


@pytest.mark.parametrize("words", _leaves(), ids=" ".join)
def test_every_command_has_help_and_an_example_and_a_place_in_the_readme(
    words: tuple[str, ...],
) -> None:
    result = CliRunner().invoke(main, [*words, "-h"], prog_name="stridesim", catch_exceptions=False)
    assert result.exit_code == 0
    assert re.search(r"Examples?:\n", result.output)
    assert f"stridesim {' '.join(words)}" in result.output.split("Example")[1]
    assert f"stridesim {' '.join(words)}" in README.read_text()


@pytest.mark.parametrize("words", [[], ["measure"], ["params"]], ids=" ".join)
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    script = (
        "import sys; from stridesim.cli import main\n"
        f"main({[*words, '--help']}, standalone_mode=False)\n"
        f"assert not set({HEAVY}) & set(sys.modules), set({HEAVY}) & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout


def test_stored_help_covers_every_command() -> None:
    result = CliRunner().invoke(main, ["--help"])
    for name, entry in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(entry.help)}$", result.output, re.MULTILINE)
    said = " ".join(result.output.split())
    assert "Exit codes: 0 done, 1 failed, 2 usage, 130 interrupted." in said


def test_version() -> None:
    result = CliRunner().invoke(main, ["--version"])
    assert result.output == f"stridesim {__version__}\n"


@pytest.mark.parametrize("arguments", [["bogus"], ["--bogus"], ["params", "a", "b"]])
def test_usage_errors_exit_2(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


def _group_that_raises(error: BaseException) -> LazyGroup:
    @click.command("fail")
    def fail() -> None:
        raise error

    group = LazyGroup("group", lazy={"fail": Lazy("nowhere", "fails")})
    group.get_command = lambda ctx, cmd_name: fail
    return group


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (InputError("leg.stiffness = 3:\nno"), 1, "stridesim: error: leg.stiffness = 3: no\n"),
        (KeyboardInterrupt(), 130, "stridesim: error: interrupted\n"),
        (PermissionError(13, "Permission denied", "out.svg"), 1, "out.svg: Permission denied\n"),
    ],
)
def test_failures_are_one_line_and_an_exit_code(
    error: BaseException, code: int, message: str
) -> None:
    result = CliRunner().invoke(_group_that_raises(error), ["fail"])
    assert result.exit_code == code
    assert result.stderr.endswith(message)
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


def test_a_bug_is_not_hidden() -> None:
    group = _group_that_raises(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        CliRunner().invoke(group, ["fail"], catch_exceptions=False)


def test_a_closed_pipe_is_quiet() -> None:
    program = f"{sys.executable} -c 'from stridesim.cli import main; main()' params --json"
    done = subprocess.run(
        ["sh", "-c", f"{program} | head -n 1"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "{\n"
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("words", "code"), [(["params", "--json"], 0), (["run", "absent.toml"], 1)]
)
def test_the_program_ends_without_waiting_for_what_is_prepared(words: list[str], code: int) -> None:
    script = (
        "import sys, time, stridesim.runtime as runtime\n"
        "from stridesim.cli import command_line\n"
        "runtime.meanwhile(time.sleep, 600)\n"
        f"sys.argv = ['stridesim', *{words}]\n"
        "command_line()\n"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == code
    if code == 0:
        json.loads(done.stdout)
    else:
        assert done.stderr == "stridesim: error: absent.toml: no such file\n"


def test_settings_are_read_as_paths_and_values() -> None:
    written = ("task.speed=12 km/h", " hip.strength = 0.9 ", "task.speed=3")
    assert parse_settings(written) == {"task.speed": "3", "hip.strength": "0.9"}


@pytest.mark.parametrize("text", ["task.speed", "=3", "task.speed=", ""])
def test_a_setting_without_a_value_is_a_usage_error(text: str) -> None:
    @click.command()
    @runner_argument
    @set_option
    @json_option
    def command(runner: Path | None, settings: dict[str, str], as_json: bool) -> None:
        click.echo(f"{runner} {settings} {as_json}")

    good = CliRunner().invoke(command, ["a.toml", "--set", "x=1", "--json"], catch_exceptions=False)
    assert good.output == "a.toml {'x': '1'} True\n"
    result = CliRunner().invoke(command, ["--set", text])
    assert result.exit_code == 2
    assert f"{text!r}: expected PATH=VALUE" in result.stderr


def test_json_is_finite_and_plain(capsys: pytest.CaptureFixture[str]) -> None:
    record = {
        "nan": math.nan,
        "array": np.array([[1.0, np.inf]]),
        "scalar": np.float64(2.5),
        "integer": np.int64(3),
        "flag": np.bool_(True),
        "status": Status.no_flight,
        "path": Path("a/b"),
        "pair": (1, None),
        "word": "µ",
    }
    print_json(record)
    assert json.loads(capsys.readouterr().out) == {
        "nan": None,
        "array": [[1.0, None]],
        "scalar": 2.5,
        "integer": 3,
        "flag": True,
        "status": "no_flight",
        "path": "a/b",
        "pair": [1, None],
        "word": "µ",
    }
    with pytest.raises(TypeError, match="no JSON for object"):
        plain(object())


def test_a_table_in_a_pipe_is_aligned_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("title [m/s]", ["name", "value"], [["contact_time", "0.2"], ["x", "[red]"]])
    assert capsys.readouterr().out.splitlines() == [
        "title [m/s]",
        "name          value",
        "contact_time  0.2",
        "x             [red]",
    ]


def test_a_table_on_a_terminal_keeps_brackets(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    print_table("title", ["name", "value"], [["contact_time", "0.2 ± 0.1"], ["x", "[red]"]])
    out = capsys.readouterr().out
    assert "[red]" in out
    assert "contact_time" in out


@pytest.mark.parametrize(("level", "lines"), [(logging.INFO, 1), (logging.WARNING, 0)])
def test_progress_in_a_log_is_a_line_now_and_then(
    caplog: pytest.LogCaptureFixture, level: int, lines: int
) -> None:
    with caplog.at_level(level, logger="stridesim"), progress(100, "strides") as advance:
        for _ in range(10):
            advance(10)
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == lines
    assert all(m.startswith("strides: 100 of 100 (") for m in messages)


class _Clock:
    """`time.monotonic` by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr("stridesim.cli._progress.time.monotonic", lambda: self.now)


def test_a_log_says_rate_time_left_and_failures(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first chunk (40 s, compilation) is no measure once there is a second (10 s)."""
    clock = _Clock(monkeypatch)
    with caplog.at_level(logging.INFO, logger="stridesim"), progress(1000, "demo") as advance:
        for now, count in ((6, 0), (12, 0), (40, 200), (44, 20), (50, 180), (60, 0), (80, 600)):
            clock.now = now
            advance(count, {"no_flight": 2, "not_finite": 1} if count >= 200 else {})
    assert [record.getMessage().split("; ") for record in caplog.records] == [
        ["demo: 0 of 1000 (12.0 s)"],
        [
            "demo: 200 of 1000 (40.0 s, 5/s, about 3 min left)",
            "without result: 2 no flight, 1 not finite",
        ],
        [
            "demo: 400 of 1000 (50.0 s, 20/s, about 30 s left)",
            "without result: 2 no flight, 1 not finite",
        ],
        ["demo: 1000 of 1000 (80.0 s, 20/s)", "without result: 4 no flight, 2 not finite"],
    ]


@pytest.mark.parametrize("second", [0, 500])
def test_what_is_done_in_one_go_has_no_rate(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, second: int
) -> None:
    """Compilation is no measure, nor are two chunks that were under way together."""
    clock = _Clock(monkeypatch)
    with caplog.at_level(logging.INFO, logger="stridesim"), progress(1000, "demo") as advance:
        clock.now = 13.0
        advance(1000 - second)
        clock.now = 13.2
        advance(second)
    told = [record.getMessage() for record in caplog.records]
    assert told[-1] == f"demo: 1000 of 1000 ({13.2 if second else 13.0:.1f} s)"


def test_a_bar_on_a_terminal_says_the_same(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "160")
    clock = _Clock(monkeypatch)
    monkeypatch.setattr(logging.getLogger("stridesim"), "level", logging.INFO)
    with progress(1000, "demo") as advance:
        clock.now = 40.0
        advance(200, {"no_flight": 2})
    said = capsys.readouterr().err
    assert "200/1000" in said
    assert "5/s, about 3 min left; without result: 2 no flight" in said


def test_a_log_of_a_long_run_is_short(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hours: the first line after 10 s, then one a minute, and the end."""
    clock = _Clock(monkeypatch)
    with caplog.at_level(logging.INFO, logger="stridesim"), progress(7200, "demo") as advance:
        for now in range(1, 7201):
            clock.now = float(now)
            advance(1)
    assert len(caplog.records) == 121


def test_rows_of_an_earlier_run_do_not_count_as_work(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = _Clock(monkeypatch)
    pace = Pace(1000)
    pace.advance(900)
    assert pace.words() == ""
    clock.now = 10.0
    pace.advance(50)
    assert pace.words() == "5/s, about 10 s left"


def test_time_that_passes_is_told_although_nothing_is_done(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first chunk that compiles for 25 s is not 25 s of silence."""
    clock = _Clock(monkeypatch)
    with (
        caplog.at_level(logging.INFO, logger="stridesim"),
        progress(1886, "self-stability region", heartbeat=0.005),
    ):
        for now in (11.0, 22.0):
            clock.now = now
            deadline = time.monotonic() + 10
            while len(caplog.records) < now // 11 and time.monotonic() < deadline:
                time.sleep(0.005)
    assert [record.getMessage() for record in caplog.records] == [
        "self-stability region: 0 of 1886 (11.0 s)",
        "self-stability region: 0 of 1886 (22.0 s)",
    ]
