"""`make soak`: one server, long work, and what its memory does meanwhile.

python -m bench.soak                     import a CSV of 100,000 lines
python -m bench.soak --lines 10000
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3

from bench.measure import resident_mib
from bench.server import own_server

_HEADER = (
    "name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,email,email_verified,gender,birthdate,"
    "zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,cognito:mfa_enabled,cognito:username"
)
_ROLE = "arn:aws:iam::123456789012:role/logs"
_SETTLED_SECONDS = 5.0


def import_users(lines: int) -> dict[str, Any]:
    """Import a file of so many lines, and look at the server's resident memory every half second.

    Returns:
        MiB before, at most, and after; seconds; users imported.
    """
    with tempfile.TemporaryDirectory() as folder, own_server(Path(folder) / "data") as (server, _):
        idp = boto3.client(
            "cognito-idp", endpoint_url=server.url, region_name="us-east-1", aws_access_key_id="1" * 12, aws_secret_access_key="x"
        )
        pool_id = idp.create_user_pool(PoolName="soak", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
        job = idp.create_user_import_job(UserPoolId=pool_id, JobName="soak", CloudWatchLogsRoleArn=_ROLE)["UserImportJob"]
        named = {"UserPoolId": pool_id, "JobId": job["JobId"]}
        time.sleep(_SETTLED_SECONDS)  # until the stock of keys is made
        assert server.pid is not None
        before, began = resident_mib(server.pid), time.perf_counter()
        _upload(job["PreSignedUrl"], Path(folder) / "users.csv", lines)
        idp.start_user_import_job(**named)
        highest = before
        while True:
            shown = idp.describe_user_import_job(**named)["UserImportJob"]
            highest = max(highest, resident_mib(server.pid))
            if shown["Status"] not in {"Pending", "InProgress"}:
                break
            time.sleep(0.5)
        seconds = time.perf_counter() - began
        return {
            "status": shown["Status"],
            "imported": shown["ImportedUsers"],
            "seconds": round(seconds, 1),
            "mib_before": round(before, 1),
            "mib_at_most": round(highest, 1),
            "mib_after": round(resident_mib(server.pid), 1),
        }


def _upload(url: str, path: Path, lines: int) -> None:
    with path.open("w") as file:
        file.writelines(_lines(lines))
    request = urllib.request.Request(url, path.read_bytes(), {"x-amz-server-side-encryption": "aws:kms"}, method="PUT")
    urllib.request.urlopen(request, timeout=60).read()


def _lines(count: int) -> Iterator[str]:
    yield f"{_HEADER}\n"
    columns = _HEADER.split(",")
    for number in range(count):
        values = {
            "name": f"User {number}",
            "email": f"user{number}@example.com",
            "email_verified": "TRUE",
            "phone_number_verified": "FALSE",
            "cognito:mfa_enabled": "FALSE",
            "cognito:username": f"user{number}",
        }
        yield ",".join(values.get(column, "") for column in columns) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=100_000, help="how long the file is")
    print(json.dumps(import_users(parser.parse_args().lines), indent=1))
