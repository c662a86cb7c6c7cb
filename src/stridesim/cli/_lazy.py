"""A command group that knows its commands' names and one-line help without importing them.

`import jax` alone takes longer than `stridesim --help` may, so a command's module is imported
when that command is called. The group is also the outer edge of the package: here, and only
here, an `InputError` becomes a line on stderr and an exit code.
"""

import contextlib
import importlib
from typing import IO, Any, NamedTuple

import click

from stridesim.cli._edge import one_line, reason_of
from stridesim.reports.terminal import plain_streams
from stridesim.results import InputError


class Lazy(NamedTuple):
    """A command that is imported when called: `module` holds it under the name `command`."""

    module: str
    help: str


class Failure(click.ClickException):
    """One line on stderr, and the exit code."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(one_line(message))
        self.exit_code = exit_code  # pyright: ignore[reportAttributeAccessIssue] - click reads it

    def show(self, file: IO[Any] | None = None) -> None:
        """Print as the command line's own error, not as a usage error."""
        line = f"stridesim: error: {self.message}"
        with contextlib.suppress(OSError):  # nobody is there to hear it
            click.echo(line, file=file, err=file is None, color=True)


class LazyGroup(click.Group):
    """A group whose commands are declared as `Lazy`, in the order in which help lists them."""

    def __init__(self, *args: Any, lazy: dict[str, Lazy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run with streams that show the text of others as text."""
        with plain_streams():
            return super().main(*args, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of declaration."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        if cmd_name not in self.lazy:
            return None
        module = importlib.import_module(self.lazy[cmd_name].module)
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by their stored help, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in self.lazy.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse what no file or value can be named."""
        for word in args:
            if "\0" in word:
                raise click.UsageError(f"{one_line(word)}: holds a NUL character", ctx)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what the user can mend becomes one line and an exit code."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            raise Failure(str(error)) from error
        except KeyboardInterrupt as error:
            raise Failure("interrupted", exit_code=130) from error
        except OSError as error:
            if error.filename is None:  # no file of the user's (a closed pipe is click's affair)
                raise
            raise Failure(f"{error.filename}: {error.strerror}") from error
        except click.UsageError as error:
            shortened: Any = error
            shortened.message = one_line(error.message)
            raise
        except (ValueError, ArithmeticError, MemoryError, RecursionError) as error:
            if not (reason := reason_of(error)):
                raise
            raise Failure(reason) from error
