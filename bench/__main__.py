"""`make bench`: the scenarios of docs/performance.md, on a server that is started for it.

python -m bench                          all scenarios
python -m bench --only sign-in           those whose name contains the word
python -m bench --against http://localhost:5000   interleaved with a second server
python -m bench --json figures.json      for machines
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

from bench import growth, isolation
from bench.client import connect
from bench.measure import Target, measure, resident_mib
from bench.scenarios import SCENARIOS, Scenario, new_pool, repeat
from bench.server import own_server
from bench.triggers import trigger_figures


async def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Measure everything that was asked for."""
    figures: dict[str, Any] = {"scenarios": {}}
    with tempfile.TemporaryDirectory() as folder, own_server(Path(folder) / "data") as (target, cold_start):
        figures["cold_start_s"] = round(cold_start, 3)
        print(f"cold start to the first answer: {cold_start:.3f} s")
        targets = [target, *(Target(url, url) for url in arguments.against)]
        await asyncio.sleep(arguments.warm_up)
        for scenario in SCENARIOS:
            if arguments.only and arguments.only not in scenario.name:
                continue
            results = await measure(
                scenario, targets, connections=arguments.connections, seconds=arguments.seconds, rounds=arguments.rounds
            )
            figures["scenarios"][scenario.name] = [result.summary() for result in results]
            _print(scenario.name, scenario.requests, figures["scenarios"][scenario.name])
        if arguments.growth:
            figures["growth"] = await _growth(Path(folder) / "data", target, arguments)
    if not arguments.only or arguments.only in "CI isolation":
        figures["isolation"] = await isolation.figures(connections=arguments.connections)
        for name, result in figures["isolation"].items():
            _print(name, 5, [result])
    if arguments.triggers:
        figures["triggers"] = await trigger_figures(connections=arguments.connections, seconds=arguments.seconds, rounds=arguments.rounds)
    return figures


async def _growth(data: Path, target: Target, arguments: argparse.Namespace) -> dict[str, Any]:
    connection = await connect(target.url)
    pool, _ = await new_pool(connection)
    figures = {}
    for size in growth.SIZES:
        growth.fill(data, pool, size)
        for name, operation, body in (
            ("ListUsers email =", "ListUsers", {"UserPoolId": pool, "Filter": f'email = "user{size // 2}@example.com"'}),
            ("ListUsers username ^=", "ListUsers", {"UserPoolId": pool, "Filter": f'username ^= "user{size // 2}"', "Limit": 10}),
            ("AdminGetUser", "AdminGetUser", {"UserPoolId": pool, "Username": f"user{size // 2}"}),
            ("DescribeUserPool", "DescribeUserPool", {"UserPoolId": pool}),
        ):
            request = connection.prepare(operation, body)

            async def prepare(_connection, request=request):  # noqa: ANN001, ANN202 - a default binds
                return repeat(request)

            scenario = Scenario(f"{name}, {size:,} users", 1, prepare)
            results = await measure(scenario, [target], connections=arguments.connections, seconds=1, rounds=1)
            figures[scenario.name] = results[0].summary()
            _print(scenario.name, 1, [figures[scenario.name]])
        assert target.pid is not None
        figures[f"memory at {size:,} users, MiB"] = round(resident_mib(target.pid), 1)
        print(f"memory at {size:,} users: {resident_mib(target.pid):.0f} MiB")
    return figures


def _print(name: str, requests: int, results: list[dict[str, Any]]) -> None:
    for result in results:
        if "error" in result:
            print(f"{name:36} {result['target']:24} error: {result['error']}")
            continue
        cpu = f"{result['cpu_us']:8.0f} us cpu" if result["cpu_us"] is not None else ""
        print(
            f"{name:36} {result['target']:24} {result['per_second']:9,.0f}/s  p50 {result['p50_ms']:7.2f} ms"
            f"  p99 {result['p99_ms']:7.2f} ms {cpu}  ({requests} requests)"
        )


def main() -> None:
    """Parse the arguments and print the figures."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", action="append", default=[], metavar="URL", help="a second server, measured in turn with ours")
    parser.add_argument("--only", default="", help="only scenarios whose name contains this")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=2.0, help="of one round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--warm-up", type=float, default=4.0, help="seconds to wait for the stock of keys")
    parser.add_argument("--no-growth", dest="growth", action="store_false", help="leave out the runs with up to 100,000 users")
    parser.add_argument("--no-triggers", dest="triggers", action="store_false", help="leave out the runs with Lambda functions")
    parser.add_argument("--json", metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    figures = asyncio.run(run(arguments))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
