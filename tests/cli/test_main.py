import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stridesim import __version__
from stridesim.cli import COMMANDS, main
from stridesim.cli._lazy import Lazy, LazyGroup
from stridesim.cli._options import json_option, parse_settings, runner_argument, set_option
from stridesim.results import InputError

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
