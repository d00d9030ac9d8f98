"""The lines that docs/mail.md offers to users of pytest and Playwright give the code."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import requests

from tests.mail.product import pool_of
from tests.support.machine import CHECKOUT, ensure


def documented_line(tool: str) -> str:
    page = (CHECKOUT / "docs" / "mail.md").read_text()
    found = re.search(rf"^{tool}[^\n]*:\n\n```\w+\n(.+?)\n```$", page, re.MULTILINE | re.DOTALL)
    assert found, f"docs/mail.md has no line for {tool}"
    return found[1]


def test_pytest(server, account):
    pool = pool_of(server, account)
    pool.sign_up(f"ann+{account}@example.com")
    line = documented_line("pytest").replace("http://localhost:4566", server.url)
    names: dict[str, Any] = {"requests": requests, "email": f"ann+{account}@example.com"}
    exec(line, names)
    pool.idp.confirm_sign_up(ClientId=pool.client_id, Username=f"ann+{account}", ConfirmationCode=names["code"])


def test_playwright(server, account):
    """Playwright's `request.get` and fetch answer alike as far as this line goes."""
    pool = pool_of(server, account)
    pool.sign_up(f"ann+{account}@example.com")
    line = documented_line("Playwright").replace("http://localhost:4566", server.url)
    program = f'const request = {{ get: fetch }}, email = "ann+{account}@example.com"; {line}; console.log(code)'
    node = subprocess.run(
        [f"{ensure('node')}/node", "--input-type=module", "-e", program], capture_output=True, text=True, timeout=60, check=True
    )
    pool.idp.confirm_sign_up(ClientId=pool.client_id, Username=f"ann+{account}", ConfirmationCode=node.stdout.strip())
