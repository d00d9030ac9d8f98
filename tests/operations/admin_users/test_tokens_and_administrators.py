"""What an administrator does to users who are signed in."""

from typing import Any

import pytest

from tests.operations.admin_users.administration import PASSWORD, make_client, sign_in
from tests.operations.refusals import refusal


class TestTokensAndAdministrators:
    @pytest.fixture
    def signed_in(self, idp: Any, pool_id: str) -> dict[str, str]:
        client_id = make_client(idp, pool_id)
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        idp.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password=PASSWORD, Permanent=True)
        tokens = sign_in(idp, pool_id, client_id, "ann", PASSWORD)["AuthenticationResult"]
        return {"client_id": client_id, "access": tokens["AccessToken"], "refresh": tokens["RefreshToken"]}

    def refresh(self, idp: Any, pool_id: str, signed_in: dict[str, str]) -> Any:
        return idp.admin_initiate_auth(
            UserPoolId=pool_id,
            ClientId=signed_in["client_id"],
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": signed_in["refresh"]},
        )

    def test_a_disabled_user_cannot_sign_in_and_their_tokens_are_revoked(self, idp: Any, pool_id: str, signed_in: dict[str, str]) -> None:
        idp.admin_disable_user(UserPoolId=pool_id, Username="ann")
        assert idp.admin_get_user(UserPoolId=pool_id, Username="ann")["Enabled"] is False
        assert refusal(sign_in, idp=idp, pool_id=pool_id, client_id=signed_in["client_id"], username="ann", password=PASSWORD) == (
            "NotAuthorizedException",
            "User is disabled.",
        )
        assert refusal(idp.get_user, AccessToken=signed_in["access"])[0] == "NotAuthorizedException"
        assert refusal(self.refresh, idp=idp, pool_id=pool_id, signed_in=signed_in)[0] == "NotAuthorizedException"

    def test_an_enabled_user_signs_in_again_but_old_tokens_stay_revoked(self, idp: Any, pool_id: str, signed_in: dict[str, str]) -> None:
        idp.admin_disable_user(UserPoolId=pool_id, Username="ann")
        idp.admin_enable_user(UserPoolId=pool_id, Username="ann")
        assert idp.admin_get_user(UserPoolId=pool_id, Username="ann")["Enabled"] is True
        assert sign_in(idp, pool_id, signed_in["client_id"], "ann", PASSWORD)["AuthenticationResult"]["AccessToken"]
        assert refusal(idp.get_user, AccessToken=signed_in["access"]) == ("NotAuthorizedException", "Access Token has been revoked")

    def test_global_sign_out_revokes_every_token(self, idp: Any, pool_id: str, signed_in: dict[str, str]) -> None:
        idp.admin_user_global_sign_out(UserPoolId=pool_id, Username="ann")
        assert refusal(idp.get_user, AccessToken=signed_in["access"]) == ("NotAuthorizedException", "Access Token has been revoked")
        assert refusal(self.refresh, idp=idp, pool_id=pool_id, signed_in=signed_in) == (
            "NotAuthorizedException",
            "Refresh Token has been revoked",
        )
        assert sign_in(idp, pool_id, signed_in["client_id"], "ann", PASSWORD)["AuthenticationResult"]["AccessToken"]

    def test_a_deleted_users_tokens_are_worth_nothing(self, idp: Any, pool_id: str, signed_in: dict[str, str]) -> None:
        idp.admin_delete_user(UserPoolId=pool_id, Username="ann")
        assert refusal(idp.get_user, AccessToken=signed_in["access"])[0] in {"NotAuthorizedException", "UserNotFoundException"}
