"""How containers reach this process, and how this process finds out whether it is in a container itself."""

from __future__ import annotations

import ipaddress
import os
import socket
from pathlib import Path

import docker
import msgspec
from docker.errors import NotFound

HOST_ALIAS = "host.docker.internal"


class ContainerNetwork(msgspec.Struct, frozen=True):
    """Where to listen and what containers call us.

    Attributes:
        listen_on: The address on which servers for containers listen.
        our_name: How containers call it.
        network: The network that containers join; None for the engine's default.
        own_container: The id of the container that this process runs in, or None.
    """

    listen_on: str
    our_name: str
    network: str | None
    own_container: str | None


def find_network(client: docker.DockerClient, wanted: str | None) -> ContainerNetwork:
    """Look around. `wanted` names a network to use instead of the default one."""
    own = _own_container(client)
    if own:
        return own if wanted is None else ContainerNetwork("0.0.0.0", own.our_name, wanted, own.own_container)  # noqa: S104 - containers call back
    gateway = _gateway(client, wanted or "bridge")
    if gateway and _is_ours(gateway):
        return ContainerNetwork(gateway, gateway, wanted, None)
    # The engine lives in a virtual machine (Docker Desktop) or on another host: its gateway is no address of ours, and from where its
    # connections will come is not known.
    return ContainerNetwork("0.0.0.0", HOST_ALIAS, wanted, None)  # noqa: S104 - as above


def _own_container(client: docker.DockerClient) -> ContainerNetwork | None:
    """The container we run in, found by the host name that Docker gives it; None when we run on a host."""
    if not Path("/.dockerenv").exists():
        return None
    try:
        container = client.containers.get(socket.gethostname())
    except NotFound:
        return None
    for name, settings in container.attrs["NetworkSettings"]["Networks"].items():
        if settings.get("IPAddress"):
            return ContainerNetwork(settings["IPAddress"], settings["IPAddress"], name, container.id)
    return None  # network mode `host`: for containers we are on the host


def _gateway(client: docker.DockerClient, network: str) -> str | None:
    try:
        configurations = client.networks.get(network).attrs["IPAM"]["Config"]
    except NotFound:
        return None
    for one in configurations or []:
        subnet = ipaddress.ip_network(one["Subnet"])
        if subnet.version == 4:  # noqa: PLR2004 - IPv4
            # The engine does not always name the default bridge's gateway; it is the subnet's first address.
            return str(one.get("Gateway") or next(subnet.hosts()))
    return None


def _is_ours(address: str) -> bool:
    try:
        with socket.socket() as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


def owner(own_container: str | None) -> str:
    """Who started a container, in a form that tells after a crash whether he still lives."""
    where = f"container:{own_container}" if own_container else f"host:{socket.gethostname()}"
    return f"{where}/{os.getpid()}/{_started(os.getpid())}"


def lives(client: docker.DockerClient, owned_by: str, own_container: str | None) -> bool:
    """Whether the owner of a container still runs. One on another host cannot be asked and counts as alive."""
    where, _, process = owned_by.partition("/")
    if where == owner(own_container).partition("/")[0]:
        pid, _, started = process.partition("/")
        return bool(pid.isdigit() and _started(int(pid)) == started)
    if where.startswith("container:"):
        try:
            return bool(client.containers.get(where.removeprefix("container:")).status == "running")
        except NotFound:
            return False
    return True


def _started(pid: int) -> str:
    """When a process started, so that a reused id is not mistaken for its predecessor; empty when it does not run."""
    try:
        # The command's name, in parentheses, may hold blanks; the start time is the 20th field after it.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        pass
    try:
        os.kill(pid, 0)  # no /proc: not Linux
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    return "" if Path("/proc/self").exists() else "running"
