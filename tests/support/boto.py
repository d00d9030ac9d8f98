"""boto3's clients. To make one costs as much as ten of its calls, so that tests pass them on."""

import weakref
from collections import defaultdict
from typing import Any

import boto3
from botocore.client import BaseClient
from botocore.config import Config

_PLAIN = Config(
    retries={"total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=60,
    max_pool_connections=64,
    proxies={},
)
# One session for all clients: it parses each of botocore's service models once.
_session = boto3.Session()
_idle: defaultdict[tuple[str, str, str], list[BaseClient]] = defaultdict(list)


def client(service: str, *, url: str, account: str, region: str, **options: Any) -> Any:
    """A client of a server, as `account` (12 digits). It never retries: the test sees what the server answers.

    With `options` of boto3's, a config or other credentials, it is a new one. Without, it may have been another account's, to which nothing
    refers any more. Its connections are then open, and what botocore makes of a service's model when it is first needed is made.
    """
    if options:
        config = _PLAIN.merge(options.pop("config", None) or Config())
        credentials = {"aws_access_key_id": account, "aws_secret_access_key": "secret"}
        return _session.client(service, region_name=region, endpoint_url=url, config=config, **(credentials | options))
    idle = _idle[service, url, region]
    try:
        kept = idle.pop()
    except IndexError:
        kept = client(service, url=url, account=account, region=region, config=_PLAIN)
    kept._request_signer._credentials.access_key = account
    lent = object.__new__(type(kept))
    vars(lent).update(vars(kept))
    weakref.finalize(lent, idle.append, kept).atexit = False
    return lent
