"""Where the files of imports lie, and the signed addresses at which they are put there."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from urllib.parse import urlencode

# "The PRE_SIGNED_URL returned in the response is valid for 15 minutes." (developer guide)
VALID_SECONDS = 15 * 60

UPLOAD_PATH = "/_emu/import-jobs/{job_id}/users.csv"


def file_of(data: Path, job_id: str) -> Path:
    """The file of a job. It is deleted when the job is over. Processes that share a database share the data folder as well."""
    return data / "import-jobs" / f"{job_id}.csv"


def signed_url(base_url: str, secret: bytes, job_id: str, expires_at: int) -> str:
    """The PreSignedUrl. Assumption: only the two parameters that count of those that S3's own addresses have."""
    query = urlencode({"Expires": expires_at, "Signature": signature(secret, job_id, expires_at)})
    return f"{base_url}{UPLOAD_PATH.format(job_id=job_id)}?{query}"


def signature(secret: bytes, job_id: str, expires_at: int) -> str:
    """What makes the address of a job's file known to nobody else."""
    return hmac.new(secret, f"import {job_id} {expires_at}".encode(), hashlib.sha256).hexdigest()
