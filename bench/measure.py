"""Running scenarios against servers, interleaved, and what the server's process spent."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.client import Connection, connect
from bench.scenarios import Operation, Scenario

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Target:
    """A server under measurement; `pid` when its CPU time can be read."""

    name: str
    url: str
    pid: int | None = None


@dataclass
class Result:
    """Rounds of one scenario on one target."""

    target: str
    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    cpu_per_operation: list[float] = field(default_factory=list)
    error: str = ""

    def summary(self) -> dict[str, float | str | None]:
        """Medians: operations a second, milliseconds, microseconds of the server's CPU an operation."""
        if self.error:
            return {"target": self.target, "error": self.error}
        ordered = sorted(self.latencies)
        return {
            "target": self.target,
            "per_second": round(statistics.median(self.rates), 1),
            "p50_ms": round(ordered[len(ordered) // 2] * 1e3, 3),
            "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1e3, 3),
            "cpu_us": round(statistics.median(self.cpu_per_operation) * 1e6, 1) if self.cpu_per_operation else None,
        }


async def measure(scenario: Scenario, targets: Sequence[Target], *, connections: int, seconds: float, rounds: int) -> list[Result]:
    """The scenario on all targets in turn, round after round, so that a change of the machine's speed meets all alike."""
    results = [Result(target.name) for target in targets]
    operations = [await _prepare(scenario, target, result) for target, result in zip(targets, results, strict=True)]
    for _ in range(rounds):
        for target, result, operation in zip(targets, results, operations, strict=True):
            if operation is not None and not result.error:
                await _round(target, result, operation, connections=connections, seconds=seconds)
    return results


async def _prepare(scenario: Scenario, target: Target, result: Result) -> Operation | None:
    connection = await connect(target.url)
    try:
        return await scenario.prepare(connection)
    except Exception as error:  # noqa: BLE001 - a peer that cannot do it is a result too
        result.error = str(error)[:160]
        return None
    finally:
        connection.close()


async def _round(target: Target, result: Result, operation: Operation, *, connections: int, seconds: float) -> None:
    lanes = [await connect(target.url) for _ in range(connections)]
    latencies: list[float] = []
    cpu_before, began = cpu_seconds(target.pid), time.perf_counter()

    async def lane(connection: Connection) -> None:
        while (at := time.perf_counter()) < began + seconds:
            await operation(connection)
            latencies.append(time.perf_counter() - at)

    try:
        await asyncio.gather(*(lane(connection) for connection in lanes))
    except Exception as error:  # noqa: BLE001 - as above
        result.error = str(error)[:160]
        return
    finally:
        for connection in lanes:
            connection.close()
    result.rates.append(len(latencies) / (time.perf_counter() - began))
    result.latencies += latencies
    if target.pid is not None:
        result.cpu_per_operation.append((cpu_seconds(target.pid) - cpu_before) / max(len(latencies), 1))


def cpu_seconds(pid: int | None) -> float:
    """User and system time that a process has used."""
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident_mib(pid: int) -> float:
    """Resident memory of a process in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0
