import pytest

from tests.console.shop import Shop, Window, open_shop


@pytest.fixture
def shop(server, account) -> Shop:
    return open_shop(server, account)


@pytest.fixture
def window(server) -> Window:
    return Window(server)
