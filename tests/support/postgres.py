"""New PostgreSQL databases in the cluster of scripts/ensure-postgres."""

import contextlib
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg

from tests.support.machine import ensure


@contextlib.contextmanager
def database(template: str = "") -> Iterator[str]:
    """The URL of a new database, dropped at the end of the `with` whoever is still connected.

    Args:
        template: The URL of a database to which nobody is connected: the new one is its copy.
    """
    cluster = ensure("postgres")
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{urlsplit(template).path[1:]}"' if template else ""))
    try:
        yield urlsplit(cluster)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(cluster, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
