"""Provisioned request rates."""

from typing import Any

import pytest

from tests.operations.refusals import refusal
from tests.support.server import Server

INVALID = "InvalidParameterException"


def definition(category: str) -> dict[str, Any]:
    return {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}}


def values(limit: dict[str, Any]) -> tuple[int, int]:
    return limit["ProvisionedLimitValue"], limit["FreeLimitValue"]


class TestLimits:
    @pytest.mark.parametrize(("category", "free"), [("UserAuthentication", 120), ("UserCreation", 50), ("UserPoolRead", 15)])
    def test_at_first_an_account_has_what_is_free(self, idp: Any, category: str, free: int) -> None:
        limit = idp.get_provisioned_limit(LimitDefinition=definition(category))["Limit"]
        assert limit["LimitDefinition"] == definition(category)
        assert values(limit) == (free, free)

    def test_a_provisioned_rate_stays_in_its_account_and_region(self, idp: Any, server: Server, account: str) -> None:
        wanted = {"LimitDefinition": definition("UserCreation")}
        assert values(idp.update_provisioned_limit(**wanted, RequestedLimitValue=200)["Limit"]) == (200, 50)
        assert values(idp.get_provisioned_limit(**wanted)["Limit"]) == (200, 50)
        elsewhere = server.client("cognito-idp", account=account, region="eu-west-1")
        assert values(elsewhere.get_provisioned_limit(**wanted)["Limit"]) == (50, 50)
        assert values(idp.update_provisioned_limit(**wanted, RequestedLimitValue=50)["Limit"]) == (50, 50)

    @pytest.mark.parametrize(
        ("category", "value", "error"),
        [
            ("UserCreation", 49, (INVALID, "RequestedLimitValue must not be less than the default limit of 50.")),
            (
                "UserCreation",
                5001,
                ("ServiceQuotaExceededException", "RequestedLimitValue exceeds the account-level maximum limit of 5000."),
            ),
            ("UserPoolRead", 20, (INVALID, "The limit of category UserPoolRead is not adjustable.")),
            ("Nothing", 20, ("ResourceNotFoundException", "Category Nothing does not exist.")),
        ],
    )
    def test_rates_that_cannot_be_had(self, idp: Any, category: str, value: int, error: tuple[str, str]) -> None:
        assert refusal(idp.update_provisioned_limit, LimitDefinition=definition(category), RequestedLimitValue=value) == error

    def test_a_limit_is_named_by_its_category(self, idp: Any) -> None:
        without = {"LimitClass": "API_CATEGORY", "Attributes": {"Class": "UserRead"}}
        assert refusal(idp.get_provisioned_limit, LimitDefinition=without) == (
            INVALID,
            "LimitDefinition.Attributes must have the key Category and no other.",
        )
