"""Templates of nested stacks in files beside the template of `serve --template`, as `aws cloudformation package` would upload them.

Only `serve` writes their addresses, which are signed: a template that comes by the API cannot have files of the machine read.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cognito_emu.errors import ValidationError

_TEMPLATE_URL = re.compile(r"""(TemplateURL["']?\s*:\s*["']?)([^\s"',{}\[\]]+)""")


def with_local_addresses(secret: bytes, text: str, folder: Path) -> str:
    """The text of a template with an address for each nested template that names a file below or beside `folder`."""

    def address(found: re.Match[str]) -> str:
        path = folder / found[2]
        return found[1] + (_address(secret, path.resolve()) if "://" not in found[2] and path.is_file() else found[2])

    return _TEMPLATE_URL.sub(address, text)


def read_local(secret: bytes, url: str) -> str:
    """The template at an address of ours, with addresses for the nested ones that it names itself.

    Raises:
        ValidationError: The address is not ours, or the file is gone.
    """
    parts = urlsplit(url)
    path = Path(unquote(parts.path))
    if not hmac.compare_digest(parts.fragment, _signature(secret, path)):
        raise ValidationError("TemplateURL must be an S3 URL; files are read for `cognito-emu serve --template` only.")
    try:
        text = path.read_text()
    except OSError as error:
        raise ValidationError(f"The template {path} cannot be read: {error.strerror}") from error
    return with_local_addresses(secret, text, path.parent)


def _address(secret: bytes, path: Path) -> str:
    return f"{path.as_uri()}#{_signature(secret, path)}"  # a query would not be plain text in YAML


def _signature(secret: bytes, path: Path) -> str:
    return hmac.new(secret, f"template {path}".encode(), hashlib.sha256).hexdigest()
