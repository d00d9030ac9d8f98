"""COGNITO_EMU_SHARED_KEYS: pools that are thrown away after a test sign with the same two keys."""

import jwt
import pytest

from tests.support.server import Server


def sign_in(server: Server, account: str, **pool_settings: object) -> tuple[str, str]:
    """A new pool's id, and the access token of its user."""
    idp = server.client(account=account)
    pool_id = idp.create_user_pool(PoolName="throw-away", **pool_settings)["UserPool"]["Id"]
    flows = ["ALLOW_USER_PASSWORD_AUTH"]
    client = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="c", ExplicitAuthFlows=flows)["UserPoolClient"]
    idp.admin_create_user(UserPoolId=pool_id, Username="jane", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool_id, Username="jane", Password="Correct-Horse-1", Permanent=True)
    answer = idp.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH", ClientId=client["ClientId"], AuthParameters={"USERNAME": "jane", "PASSWORD": "Correct-Horse-1"}
    )
    return pool_id, answer["AuthenticationResult"]["AccessToken"]


def jwks(server: Server, pool_id: str) -> list[dict[str, str]]:
    keys: list[dict[str, str]] = server.http.get(f"{server.url}/{pool_id}/.well-known/jwks.json").json()["keys"]
    return keys


def test_pools_share_two_keys_also_over_a_restart_and_tell_themselves_by_their_issuer(start_server, account):
    server = start_server(shared_keys=True)
    first, token = sign_in(server, account)
    server.restart()
    second, other_token = sign_in(server, account)
    assert first != second
    assert len(jwks(server, first)) == 2
    assert jwks(server, first) == jwks(server, second)
    for pool_id, access_token in ((first, token), (second, other_token)):
        assert jwt.decode(access_token, options={"verify_signature": False})["iss"] == f"{server.url}/{pool_id}"
        assert server.client(account=account).get_user(AccessToken=access_token)["Username"] == "jane"


def test_a_pool_keeps_the_keys_that_it_has(start_server, account):
    server = start_server(shared_keys=False)
    pool_id, _ = sign_in(server, account)
    own = jwks(server, pool_id)
    server.restart(shared_keys=True)
    assert jwks(server, pool_id) == own
    assert jwks(server, sign_in(server, account)[0]) != own


def test_a_token_of_a_pool_that_was_made_again_under_its_id_is_refused(emptied_server, account):
    """Neither the pool nor the token that was seen to be good is remembered beyond the pool's life."""
    server = emptied_server(shared_keys=False)
    chosen = {"UserPoolTags": {"_custom_id_": f"us-east-1_K{account}"}}
    idp = server.client(account=account)
    pool_id, token = sign_in(server, account, **chosen)
    assert idp.get_user(AccessToken=token)["Username"] == "jane"
    idp.delete_user_pool(UserPoolId=pool_id)
    again, new_token = sign_in(server, account, **chosen)
    assert again == pool_id
    assert idp.get_user(AccessToken=new_token)["Username"] == "jane"
    with pytest.raises(idp.exceptions.NotAuthorizedException, match="Invalid Access Token"):
        idp.get_user(AccessToken=token)
