"""The command line: `cognito-emu serve`, and tools beside it."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from typing_extensions import override

from cognito_emu import __version__, behind
from cognito_emu.config import ConfigurationError, Settings, load_settings
from cognito_emu.records import Record

if TYPE_CHECKING:
    from cognito_emu.app import Emulator


class Seed(Record):
    """What `serve --template` shall bring up."""

    template: Path
    stack_name: str
    parameters: dict[str, str]


class _Commands(click.Group):
    """Loads `triggers` when it is asked for: the server has no use for it.

    https://click.palletsprojects.com/en/stable/complex/#lazily-loading-subcommands
    """

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), "triggers"])

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name != "triggers":
            return super().get_command(ctx, cmd_name)
        from cognito_emu.cli_triggers import triggers  # noqa: PLC0415 - the server has no use for it

        return triggers


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="cognito-emu")
def main() -> None:
    """Amazon Cognito on your own machine.

    Start it with `cognito-emu serve` and point any AWS SDK or the AWS CLI at http://localhost:4566:

    \b
        aws --endpoint-url http://localhost:4566 cognito-idp list-user-pools --max-results 10

    Every option has an environment variable; docs/configuration.md lists them all.
    """  # noqa: D301 - the backspace is click's mark for lines that stay as they are


@main.command()
@click.option("--host", help="Address to listen on [127.0.0.1; COGNITO_EMU_HOST].")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on, 0 for a free one [4566; COGNITO_EMU_PORT].")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the state [./data; COGNITO_EMU_DATA].")
@click.option("--database", help="postgresql://user:password@host/name, or sqlite:///path [SQLite in --data; COGNITO_EMU_DATABASE].")
@click.option("--workers", type=click.IntRange(1), help="Processes that serve the port [1; COGNITO_EMU_WORKERS].")
@click.option("--tls/--no-tls", default=None, help="Serve HTTPS beside HTTP, with a certificate made on the spot [COGNITO_EMU_TLS].")
@click.option("--tls-port", type=click.IntRange(1, 65535), help="Port for HTTPS [4567; COGNITO_EMU_TLS_PORT].")
@click.option("--template", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="CloudFormation template to bring up.")
@click.option("--stack-name", help="The stack of --template [the file's name].")
@click.option("--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter of --template; may be repeated.")
def serve(template: Path | None, stack_name: str | None, parameters: tuple[str, ...], **options: Any) -> None:
    """Serve the API, the login pages and the console until Ctrl-C."""
    try:
        settings = load_settings(os.environ, **options)
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error
    from cognito_emu.logs import configure_logging  # noqa: PLC0415 - `--help` answers without loading the server

    configure_logging(settings)
    if bad := [text for text in parameters if "=" not in text]:
        raise click.UsageError(f"--parameter {bad[0]}: expected NAME=VALUE")
    seed = Seed(template, stack_name or template.stem, dict(text.split("=", 1) for text in parameters)) if template else None
    greeting = True
    if settings.workers > 1:
        from cognito_emu.workers import fork_workers  # noqa: PLC0415 - as above

        if settings.port == 0:
            raise click.UsageError("several workers need a fixed port")
        if seed is not None:
            raise click.UsageError("--template needs one worker: several would bring the stack up at the same time")
        if settings.tls:
            from cognito_emu.tls import ensure_certificate  # noqa: PLC0415 - as above

            ensure_certificate(settings)  # once, and not by each worker
        greeting = fork_workers(settings.workers)
    _run(settings, seed, greeting=greeting)


@main.command()
@click.argument("page", type=click.Choice(["assumptions", "configuration", "operations"]))
def docs(page: str) -> None:
    """Print a generated page of the documentation."""
    from cognito_emu.documentation import PAGES  # noqa: PLC0415 - loads every operation

    click.echo(PAGES[page](), nl=False)


def _run(settings: Settings, seed: Seed | None, *, greeting: bool) -> None:
    try:
        import uvloop  # noqa: PLC0415 - absent on Windows

        uvloop.install()
    except ImportError:
        pass
    try:
        asyncio.run(_serve(settings, seed, greeting=greeting))
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(str(error)) from error


async def _serve(settings: Settings, seed: Seed | None, *, greeting: bool) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    gc.disable()  # what is made while starting stays until the end: looking through it for garbage would find none
    behind.promise()
    from cognito_emu.app import Emulator  # noqa: PLC0415 - not for `--help`, and a signal that comes meanwhile waits for its end

    emulator = Emulator(settings)
    await emulator.start()
    settling = asyncio.create_task(_settle())
    if seed is not None:
        await _bring_up(emulator, seed)
    if greeting:
        click.echo(_greeting(settings, emulator.port, emulator.parts.store.kind), err=True)
    await stopped.wait()
    settling.cancel()
    await emulator.stop()


def _greeting(settings: Settings, port: int, database: str) -> str:
    host = _shown(settings.host)
    address = f"http://{host}:{port}"
    secure = f" and https://{host}:{settings.tls_port}" if settings.tls else ""
    window = f"; the window is at {address}/_emu/" if settings.console else ""
    return f"cognito_emu {__version__} on {address}{secure} ({database}){window}"


async def _settle() -> None:
    """Load the rest, while requests are answered. From then on there is little garbage, and none in what stays until the end."""
    import structlog  # noqa: PLC0415 - not for `--help`

    from cognito_emu.operations import register_all  # noqa: PLC0415 - as above

    try:
        with behind.giving_way():
            await behind.keep()
            await asyncio.to_thread(register_all)
    except Exception:  # noqa: BLE001 - nobody waits for it, so it is said here; a request that needs what is missing fails for itself
        structlog.get_logger(__name__).exception("something does not load")
    finally:
        gc.freeze()
        gc.enable()


async def _bring_up(emulator: Emulator, seed: Seed) -> None:
    from cognito_emu.cloudformation.seed import SeedError, bring_up  # noqa: PLC0415 - as above

    try:
        status = await bring_up(emulator.parts, seed.template.read_text(), seed.stack_name, seed.parameters, folder=seed.template.parent)
    except SeedError as error:
        await emulator.stop()
        raise click.ClickException(str(error)) from error
    click.echo(f"stack {seed.stack_name} is {status}", err=True)


def _shown(host: str) -> str:
    if host in {"127.0.0.1", "0.0.0.0", "::", ""}:  # noqa: S104 - compared, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host


if __name__ == "__main__":
    sys.exit(main())
