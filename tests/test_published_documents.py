"""What is remembered of providers, with a clock that stands still: when they are asked, and when they are not."""

import asyncio

import pytest

from cognito_emu.environment import Environment
from cognito_emu.published_documents import PublishedDocuments


class Publisher:
    """A provider that publishes a number, and the reader of it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.published = 1
        self.asked = 0
        self._documents: PublishedDocuments[int] = PublishedDocuments(Environment(time_source=lambda: self.now))

    async def fetch(self) -> int:
        self.asked += 1
        document = self.published
        await asyncio.sleep(0)
        return document

    async def fits(self, *wanted: int) -> bool:
        """Whether the document is one of these."""
        return await self._documents.read("address", self.fetch, lambda document: document in wanted or None) or False


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


async def _many(publisher: Publisher, wanted: int, count: int) -> list[bool]:
    return list(await asyncio.gather(*[publisher.fits(wanted) for _ in range(count)]))


def test_a_document_is_remembered_for_an_hour(publisher: Publisher) -> None:
    for now in (1000.0, 1001.0, 1000.0 + 3599):
        publisher.now = now
        assert asyncio.run(publisher.fits(1))
    assert publisher.asked == 1
    publisher.now = 1000.0 + 3600
    asyncio.run(publisher.fits(1))
    assert publisher.asked == 2


def test_a_document_from_the_future_is_forgotten(publisher: Publisher) -> None:
    asyncio.run(publisher.fits(1))
    publisher.now -= 60
    asyncio.run(publisher.fits(1))
    assert publisher.asked == 2


def test_what_does_not_fit_is_fetched_anew_at_once(publisher: Publisher) -> None:
    asyncio.run(publisher.fits(1))
    publisher.published = 2
    assert asyncio.run(publisher.fits(2))
    assert publisher.asked == 2


def test_what_was_fetched_just_now_is_not_fetched_again(publisher: Publisher) -> None:
    assert not asyncio.run(publisher.fits(2))
    assert publisher.asked == 1


def test_a_flood_of_what_never_fits_makes_us_ask_once_a_second(publisher: Publisher) -> None:
    asyncio.run(publisher.fits(1))
    for _ in range(5):
        assert not asyncio.run(publisher.fits(2))
    assert publisher.asked == 2
    publisher.now += 1
    assert not asyncio.run(publisher.fits(2))
    assert publisher.asked == 3


def test_all_who_wait_share_one_answer(publisher: Publisher) -> None:
    assert asyncio.run(_many(publisher, 1, 10)) == [True] * 10
    publisher.published = 2
    assert asyncio.run(_many(publisher, 2, 10)) == [True] * 10
    assert publisher.asked == 2
