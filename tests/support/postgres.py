"""New, empty PostgreSQL databases in the cluster of scripts/ensure-postgres."""

import contextlib
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg

from tests.support.machine import ensure


@contextlib.contextmanager
def database() -> Iterator[str]:
    """The URL of a new database, dropped at the end of the `with` whoever is still connected."""
    cluster = ensure("postgres")
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlsplit(cluster)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(cluster, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
