"""`stridesim lab`: the teaching page, served from this machine."""

import socket
from pathlib import Path
from typing import Any

import click

from stridesim.cli._options import json_option, runner_argument, set_option

_EVERYWHERE = ("0.0.0.0", "::")
"""Every address of the machine: by which name it is asked for is then not known."""


@click.command("lab", context_settings={"help_option_names": ["-h", "--help"]})
@runner_argument
@set_option
@click.option("--metabolic", metavar="NAME", help="Metabolic model.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on. Another than this machine's own opens the page to the network, "
    "behind a token.",
)
@click.option("--no-browser", is_flag=True, help="Print the address, open nothing.")
@click.option(
    "--export",
    "output",
    metavar="PAGE.html",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the lab and its stories as one file that needs no network, and end.",
)
@click.option(
    "--sliders",
    metavar="PATH,PATH",
    help="With --export: the parameters that get a slider.  [default: the five of the lab]",
)
@click.option(
    "--points",
    type=int,
    help="With --export: strides that the file's approximation is fitted to.  [default: 65536]",
)
@json_option
def command(
    runner: Path | None,
    settings: dict[str, str],
    metabolic: str | None,
    port: int,
    host: str,
    no_browser: bool,
    output: Path | None,
    sliders: str | None,
    points: int | None,
    as_json: bool,
) -> None:
    """Open a page where a slider moves the runner: forces, muscles and cost change at once.

    For teaching: the page runs in a browser on this machine, without the network. Its sliders begin
    with RUNNER.toml, or with the runner that comes with the package. Ctrl-C ends it.

    \b
    Examples:
      stridesim lab
      stridesim lab me.toml --set "task.speed=12 km/h"
      stridesim lab --host 192.168.0.10
      stridesim lab --export lesson.html
      stridesim lab --export short.html --sliders task.speed,hip.strength --points 4096
    """
    from stridesim.runtime import configure_jax

    if output is None and (sliders is not None or points is not None or as_json):
        raise click.UsageError("--sliders, --points and --json go with --export")
    configure_jax()
    from stridesim.constants import DEFAULT_METABOLIC_MODEL
    from stridesim.economy.stride import check_metabolic_model
    from stridesim.lab.server import LOOPBACK, app_of
    from stridesim.lab.solving import Solving
    from stridesim.results import InputError
    from stridesim.runner import Runner, apply_overrides

    model = check_metabolic_model(metabolic or DEFAULT_METABOLIC_MODEL)
    chosen = apply_overrides(Runner.load(runner), settings)
    if chosen.strategy == "optimal":
        raise InputError("gait.strategy = 'optimal': the page has its own switch for that")
    if output is not None:
        _export(Solving(chosen, model), output, sliders, points, as_json)
        return
    listening = _listen(host, port)
    token, hosts = None, LOOPBACK
    own = host in LOOPBACK
    if not own:
        import secrets

        token = secrets.token_urlsafe(16)
        hosts = ("*",) if host in _EVERYWHERE else (host,)
        click.echo(
            f"warning: the page is open to everyone who reaches {host} and knows its address",
            err=True,
        )
    solving = Solving(chosen, model)
    _serve(app_of(solving, hosts=hosts, token=token), listening, solving, token, not no_browser)


def _export(
    solving: Any, output: Path, sliders: str | None, points: int | None, as_json: bool
) -> None:
    """Write the page as one file, and say what its approximation is worth."""
    from stridesim.files import check_output, write_output
    from stridesim.lab.carried import POINTS
    from stridesim.lab.page import exported
    from stridesim.lab.worth import worth, worth_record
    from stridesim.reports.output import print_json
    from stridesim.reports.progress import progress

    check_output(output)
    paths = [path.strip() for path in sliders.split(",")] if sliders else []
    try:
        found = exported(solving, paths, POINTS if points is None else points, progress)
    finally:
        solving.close()
    write_output(output, found.content)
    if as_json:
        print_json(worth_record(output, found))
        return
    click.echo(worth(output, found))


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens, or one line that says why there is none."""
    from stridesim.results import InputError

    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else
                                    socket.AF_INET)  # fmt: skip
    except OSError as error:
        hint = "; --port 0 takes a free one" if port else ""
        raise InputError(
            f"port = {port}: cannot listen on {host} ({error.strerror or error}){hint}"
        ) from None


def _serve(app: Any, listening: socket.socket, solving: Any, token: str | None, show: bool) -> None:
    """Serve until interrupted; the address is printed when the page answers."""
    import uvicorn

    from stridesim.lab.protocol import MOST_BYTES, Asked

    host, port = listening.getsockname()[:2]
    if host in _EVERYWHERE:
        host = socket.gethostname()
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    address += f"?token={token}" if token else ""

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            click.echo(f"the page is at {address} (Ctrl-C ends it)")
            # The first stride is under way before anyone asks.
            solving.quick.submit(solving.picture, Asked("", {}))
            solving.ahead.submit(solving.warm)
            if show:
                import webbrowser

                webbrowser.open(address)

    config = uvicorn.Config(
        app,
        log_level="warning",
        ws="websockets-sansio",
        ws_max_size=MOST_BYTES,
        ws_ping_interval=20.0,
        timeout_graceful_shutdown=1,
        server_header=False,
    )
    try:
        Server(config).run([listening])
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
    finally:
        solving.close()
