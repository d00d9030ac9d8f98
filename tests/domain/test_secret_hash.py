import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycognito.aws_srp import AWSSRP

from cognito_emu.domain.secret_hash import check_secret_hash, secret_hash
from cognito_emu.errors import NotAuthorizedException


@given(username=st.text(st.characters(exclude_categories=["Cs"])), secret=st.text("abcdefghij0123456789", min_size=1))
def test_the_hash_is_the_clients(username, secret):
    assert secret_hash(username, "client", secret) == AWSSRP.get_secret_hash(username, "client", secret)


def test_each_active_secret_is_good():
    for secret in ("old", "new"):
        check_secret_hash("client", ["old", "new"], "ann", secret_hash("ann", "client", secret))


def test_a_public_client_sends_none():
    check_secret_hash("client", [], "ann", None)
    check_secret_hash("client", [], "ann", "")


@pytest.mark.parametrize(
    ("secrets", "given_hash", "sentence"),
    [
        pytest.param(["s"], None, "Client abc is configured with secret but SECRET_HASH was not received", id="missing"),
        pytest.param(["s"], secret_hash("ann", "abc", "t"), "Unable to verify secret hash for client abc", id="another secret"),
        pytest.param(["s"], secret_hash("bob", "abc", "s"), "Unable to verify secret hash for client abc", id="another user"),
        pytest.param(["s"], "é", "Unable to verify secret hash for client abc", id="no hash at all"),
        pytest.param([], "x", "Client abc is not configured for secret but secret was received", id="unexpected"),
    ],
)
def test_anything_else_is_refused(secrets, given_hash, sentence):
    with pytest.raises(NotAuthorizedException) as refused:
        check_secret_hash("abc", secrets, "ann", given_hash)
    assert refused.value.message == sentence
