import pytest

from cognito_emu.domain.token_validity import DAY, HOUR, TokenLifetimes
from cognito_emu.errors import InvalidParameterException


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        pytest.param({}, TokenLifetimes(HOUR, HOUR, 30 * DAY), id="defaults"),
        pytest.param({"IdTokenValidity": 2, "AccessTokenValidity": 3}, TokenLifetimes(2 * HOUR, 3 * HOUR, 30 * DAY), id="in hours"),
        pytest.param({"RefreshTokenValidity": 5}, TokenLifetimes(HOUR, HOUR, 5 * DAY), id="in days"),
        pytest.param({"RefreshTokenValidity": 0}, TokenLifetimes(HOUR, HOUR, 30 * DAY), id="zero means the default"),
        pytest.param(
            {
                "IdTokenValidity": 10,
                "AccessTokenValidity": 1,
                "RefreshTokenValidity": 90_000,
                "TokenValidityUnits": {"IdToken": "minutes", "AccessToken": "days", "RefreshToken": "seconds"},
            },
            TokenLifetimes(600, DAY, 90_000),
            id="each token has its unit",
        ),
        pytest.param({"TokenValidityUnits": {"AccessToken": "minutes"}}, TokenLifetimes(), id="a unit without a value"),
    ],
)
def test_lifetimes_are_read_in_their_units(client, expected):
    assert TokenLifetimes.of_client(client) == expected
    expected.check()


@pytest.mark.parametrize(
    "lifetimes",
    [
        pytest.param(TokenLifetimes(id_token=299), id="ID token under five minutes"),
        pytest.param(TokenLifetimes(access_token=DAY + 1), id="access token over a day"),
        pytest.param(TokenLifetimes(300, 300, HOUR - 1), id="refresh token under an hour"),
        pytest.param(TokenLifetimes(refresh_token=3650 * DAY + 1), id="refresh token over ten years"),
    ],
)
def test_lifetimes_out_of_range_are_refused(lifetimes):
    with pytest.raises(InvalidParameterException) as refused:
        lifetimes.check()
    assert refused.value.message == "Invalid range for token validity."


def test_an_access_token_cannot_outlive_its_refresh_token():
    with pytest.raises(InvalidParameterException) as refused:
        TokenLifetimes(access_token=2 * HOUR, refresh_token=HOUR).check()
    assert refused.value.message == ("Access and Id Token expiration times must be less than or equal to refresh token expiration times.")
