"""What is written to standard error: lines of one kind, whoever has something to say."""

import json
import subprocess
import sys

SPOKEN = """
import logging, structlog
from cognito_emu.config import Settings
from cognito_emu.logs import configure_logging

configure_logging(Settings(log_format={log_format!r}))
structlog.get_logger().warning("ours", pool="p")
library = logging.getLogger("mail.worker")
library.warning("%s message(s) wait", 1)
library.info("not of interest")
try:
    1 / 0
except ZeroDivisionError:
    library.exception("failed")
"""


def lines_of(log_format: str) -> list[str]:
    program = [sys.executable, "-c", SPOKEN.format(log_format=log_format)]
    return subprocess.run(program, capture_output=True, text=True, timeout=60, check=True).stderr.splitlines()


def test_every_line_is_json_where_that_is_asked_for() -> None:
    ours, waits, failed = (json.loads(line) for line in lines_of("json"))
    assert (ours["level"], ours["event"], ours["pool"]) == ("warning", "ours", "p")
    assert (waits["level"], waits["event"], waits["logger"]) == ("warning", "1 message(s) wait", "mail.worker")
    assert (failed["level"], failed["event"]) == ("error", "failed")
    assert failed["exception"].endswith("ZeroDivisionError: division by zero")
    assert all(line["timestamp"].endswith("Z") for line in (ours, waits, failed))


def test_lines_for_people_begin_with_the_time_and_the_level() -> None:
    ours, waits, failed, *traceback = lines_of("console")
    assert "Z [warning  ] ours " in ours
    assert "Z [warning  ] 1 message(s) wait " in waits
    assert "[mail.worker]" in waits
    assert "Z [error    ] failed " in failed
    assert traceback[-1] == "ZeroDivisionError: division by zero"
