"""Options and arguments that several commands share, declared once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def parse_settings(written: tuple[str, ...]) -> dict[str, str]:
    """`("task.speed=12 km/h", ...)` to path -> text; the last of two settings of a path holds."""
    settings: dict[str, str] = {}
    for text in written:
        path, equals, value = text.partition("=")
        if not (equals and path.strip() and value.strip()):
            raise click.BadParameter(f"{text!r}: expected PATH=VALUE, such as 'task.speed=12 km/h'")
        settings[path.strip()] = value.strip()
    return settings


def runner_argument(function: F) -> F:
    """`[RUNNER]`: the path of a runner file; None is the shipped runner."""
    return click.argument(
        "runner", required=False, metavar="[RUNNER.toml]", type=click.Path(path_type=Path)
    )(function)


def found_sweep(_context: Any, _argument: Any, written: Path | None) -> Path | None:
    """Callback of an argument that is a sweep file or the name of one that comes with stridesim."""
    if written is None:
        return None
    from stridesim.shipped import sweep_file

    return sweep_file(written)


def sweep_argument(function: F) -> F:
    """`SWEEP`: a sweep file, or the name of one that comes with stridesim; arrives as `config`."""
    return click.argument(
        "config", metavar="SWEEP", type=click.Path(path_type=Path), callback=found_sweep
    )(function)


def set_option(function: F) -> F:
    """`--set PATH=VALUE`, any number of times; arrives as the dictionary `settings`."""
    return click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="PATH=VALUE",
        callback=lambda _context, _option, written: parse_settings(written),
        help="Set a parameter, unit optional, or '+10 %' of the runner's own "
        "('stridesim params' lists them). Repeatable.",
    )(function)


def json_option(function: F) -> F:
    """`--json`; arrives as the flag `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def plot_option(words: str) -> Callable[[F], F]:
    """`--plot FILE`; arrives as the path `plot`, for `check_figure`. `words` say what is drawn."""
    return click.option(
        "--plot",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help=words,
    )


def check_figure(path: Path | None) -> None:
    """Refuse a figure that can't be written, before any work is done. Raises `InputError`."""
    from stridesim.plots.formats import check_format
    from stridesim.results import InputError

    if path is None:
        return
    check_format(path)
    if not path.parent.is_dir():
        raise InputError(f"plot = {str(path)!r}: no such folder; permitted: an existing one")


def force_option(function: F) -> F:
    """`--force`; arrives as the flag `force`, for `check_new_file`."""
    return click.option("--force", is_flag=True, help="Overwrite a runner file that is there.")(
        function
    )


def check_new_file(path: Path, option: str, force: bool) -> None:
    """Refuse to write a runner file where there is no folder or, unless forced, over another.

    Runner files hold what a person may have written or cannot fit again; figures and tables, which
    the same command makes again, are overwritten. Raises `InputError`.
    """
    from stridesim.files import check_output
    from stridesim.results import InputError

    if str(path) != "-" and not path.parent.is_dir():
        raise InputError(f"{option} = {str(path)!r}: no such folder; permitted: an existing one")
    if path.is_file() and not force:
        raise InputError(f"{option} = {str(path)!r}: exists; --force overwrites it")
    check_output(path)
