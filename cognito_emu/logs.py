"""Logging: structured lines on standard error. Nothing secret is ever put into an event."""

from __future__ import annotations

import logging
import sys

from cognito_emu.config import Settings

# structlog loads rich where it finds it, a tenth of a second of the start, for tracebacks that are plain here. (Python's documentation of
# sys.modules: what is None there cannot be imported.)
sys.modules.setdefault("rich", None)  # type: ignore[arg-type] # typeshed knows modules alone
import structlog  # noqa: E402 - rich has to be kept away before

if sys.modules["rich"] is None:
    del sys.modules["rich"]


def configure_logging(settings: Settings) -> None:
    """Set up structlog and the standard library's logging for one process."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    )
    told: list[structlog.typing.Processor] = [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso")]
    shown: list[structlog.typing.Processor] = [*([structlog.processors.format_exc_info] if settings.log_format == "json" else []), renderer]
    structlog.configure(
        processors=[*told, *shown],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # What mail, triggers and libraries say, which know the standard library's logging alone, reads as the rest does.
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *told],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shown],
        )
    )
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler])
