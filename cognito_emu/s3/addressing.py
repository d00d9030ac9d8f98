"""Which bucket and key an address means, in S3's two styles.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from cognito_emu.records import Record

# `s3.`, `s3.eu-west-1.`, `s3-eu-west-1.`, `s3.dualstack.eu-west-1.`, alone or after a bucket's name, before whatever the service's host is.
_SERVICE_HOST = re.compile(r"(?:(?P<bucket>.+)\.)?s3[.-](?:[a-z0-9-]+\.)*[a-z0-9-]+")


class Place(Record):
    """A bucket and a key in it; both are None for the service itself, the key for a bucket."""

    bucket: str | None
    key: str | None

    def labels(self) -> dict[str, str]:
        """The labels of the model's paths, those that the address has."""
        return {name: value for name, value in (("Bucket", self.bucket), ("Key", self.key)) if value is not None}


def is_service_host(host: str) -> bool:
    """Whether a host, with or without its port, can only mean S3."""
    return _SERVICE_HOST.fullmatch(_name(host)) is not None


def place_of(host: str, path: str, own_name: str = "") -> Place:
    """What an address means.

    Args:
        host: As in the Host header.
        path: Percent-encoded, without the query.
        own_name: The emulator's host name besides `localhost`. Under it, too, what stands before it is a bucket.
    """
    bucket = _bucket_in(_name(host), own_name)
    rest = path.removeprefix("/")
    if bucket is None:
        first, _, rest = rest.partition("/")
        bucket = unquote(first) or None
    return Place(bucket, unquote(rest) or None)


def place_of_url(url: str, own_name: str = "") -> Place:
    """What a URL means: the emulator's own, or one of AWS's (`https://bucket.s3.amazonaws.com/key`)."""
    parts = urlsplit(url)
    return place_of(parts.netloc, parts.path, own_name)


def _name(host: str) -> str:
    return host.rpartition("@")[2].partition(":")[0].lower()


def _bucket_in(name: str, own_name: str) -> str | None:
    service = _SERVICE_HOST.fullmatch(name)
    if service:
        return service["bucket"]
    for suffix in (".localhost", f".{own_name}"):
        if len(suffix) > 1 and name.endswith(suffix):
            return name.removesuffix(suffix)
    return None
