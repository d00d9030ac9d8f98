"""A request begins where it arrives: with nothing to wait for it needs no task, and else it behaves as one."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable

import pytest

from cognito_emu.protocol.eager import begin


def test_what_need_not_wait_is_done_at_once():
    async def main() -> None:
        done: list[str] = []

        async def answer() -> None:
            done.append("answered")

        assert begin(answer()) is None
        assert done == ["answered"]

    asyncio.run(main())


def test_what_waits_goes_on_in_a_task():
    async def main() -> None:
        loop = asyncio.get_running_loop()
        first, second = loop.create_future(), loop.create_future()
        came: list[str] = []

        async def answer() -> None:
            came.append(await first)
            await asyncio.sleep(0)
            came.append(await second)

        task = begin(answer())
        assert task is not None
        first.set_result("one")
        await asyncio.sleep(0)
        second.set_result("two")
        await task
        assert came == ["one", "two"]

    asyncio.run(main())


def test_errors_come_out_where_they_happen():
    async def main() -> None:
        async def fails_at_once() -> None:
            raise LookupError

        async def fails_later() -> None:
            await asyncio.sleep(0)
            raise LookupError

        with pytest.raises(LookupError):
            begin(fails_at_once())
        task = begin(fails_later())
        assert task is not None
        with pytest.raises(LookupError):
            await task

    asyncio.run(main())


def test_what_it_waits_for_may_fail_and_be_caught():
    async def main() -> None:
        broken = asyncio.get_running_loop().create_future()
        caught: list[str] = []

        async def answer() -> None:
            try:
                await broken
            except LookupError:
                caught.append("caught")
                await asyncio.sleep(0)
                caught.append("went on")

        task = begin(answer())
        assert task is not None
        broken.set_exception(LookupError())
        await task
        assert caught == ["caught", "went on"]

    asyncio.run(main())


def test_a_cancelled_task_cancels_what_was_begun():
    async def main() -> None:
        ended: list[str] = []

        async def answer() -> None:
            try:
                await asyncio.get_running_loop().create_future()
            finally:
                ended.append("cleaned up")

        task = begin(answer())
        assert task is not None
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended == ["cleaned up"]

    asyncio.run(main())


async def _times_out() -> None:
    async with asyncio.timeout(0.001):
        await asyncio.get_running_loop().create_future()


async def _fails_in_a_group() -> None:
    async def fails() -> None:
        await asyncio.sleep(0)
        raise TimeoutError

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails())
            await asyncio.get_running_loop().create_future()
    except* TimeoutError:
        raised = True
    assert raised
    raise TimeoutError


@pytest.mark.parametrize("what", [_times_out, _fails_in_a_group])
def test_time_outs_and_groups_that_began_before_it_waited_are_its_own(what: Callable[[], Awaitable[None]]):
    async def main() -> None:
        ended: list[str] = []

        async def answer() -> None:
            try:
                await what()
            except TimeoutError:
                ended.append("timed out")
            await asyncio.sleep(0)  # and nothing cancels it afterwards
            ended.append("went on")

        async def connection() -> None:
            me = asyncio.current_task()
            task = begin(answer())
            assert asyncio.current_task() is me
            assert task is not None
            await task

        await asyncio.create_task(connection())
        assert ended == ["timed out", "went on"]

    asyncio.run(main())


def test_its_context_is_its_own():
    variable = contextvars.ContextVar("variable", default="outside")

    async def main() -> None:
        seen: list[str] = []

        async def answer() -> None:
            variable.set("inside")
            await asyncio.sleep(0)
            seen.append(variable.get())

        task = begin(answer())
        assert task is not None
        await task
        assert seen == ["inside"]
        assert variable.get() == "outside"

    asyncio.run(main())
