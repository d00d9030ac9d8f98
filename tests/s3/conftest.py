"""What the tests of S3 share."""

from typing import Any

import pytest

from tests.support.server import Server

BUCKET = "deployments"


@pytest.fixture
def s3(server: Server, account: str) -> Any:
    """A boto3 client for S3, in an account that has a bucket."""
    client = server.client("s3", account=account)
    client.create_bucket(Bucket=BUCKET)
    return client
