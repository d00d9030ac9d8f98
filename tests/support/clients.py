"""Clients that are programs: the AWS CLI, and the JavaScript clients of tests/clients."""

import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any

from tests.support.machine import CHECKOUT, clean_environment, ensure, program
from tests.support.server import REGION, Server


class ClientError(AssertionError):
    """A client ended with an error. Its message is what the client said."""


@dataclass(frozen=True)
class AwsCli:
    """The AWS CLI, version 1, pointed at a server by its environment alone."""

    server: Server
    account: str
    region: str = REGION

    def __call__(self, *arguments: str) -> Any:
        """Run `aws <arguments>`; returns the JSON it prints, or None when it prints nothing.

        Raises:
            ClientError: With the CLI's own words, when it fails.
        """
        done = subprocess.run(
            [program("aws"), *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise ClientError(f"aws {' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip()}")
        return json.loads(done.stdout) if done.stdout.strip() else None

    @property
    def environment(self) -> dict[str, str]:
        """What a user exports before using the CLI; whatever his home folder configures is left out."""
        return clean_environment() | {
            "AWS_ENDPOINT_URL": self.server.url,
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": self.region,
            "AWS_DEFAULT_OUTPUT": "json",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_PAGER": "",
        }


def run_javascript(name: str, **options: str) -> Any:
    """Run `tests/clients/<name>` with `--option value` for each option; returns the JSON it prints.

    A refusal by the server is a result like another (`{"error": {"name", "message"}}`): the programs print it.

    Raises:
        ClientError: The program itself failed.
    """
    folder = ensure("clients")
    arguments = [f"--{option.replace('_', '-')}={value}" for option, value in options.items()]
    done = subprocess.run(
        [f"{folder}/node", CHECKOUT / "tests" / "clients" / name, *arguments],
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        raise ClientError(f"{name} ended with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)
