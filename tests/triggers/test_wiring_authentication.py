"""The triggers of a sign-in through the operations that cause them: before it, after it, custom challenges, tokens."""

from typing import Any

import jwt
import pytest

from tests.operations.people import NEW_PASSWORD, PASSWORD, Pool
from tests.operations.refusals import refusal
from tests.triggers.wiring import RUNTIMES, Functions, Triggered, triggered

EMAIL = "ann@example.com"
FROM_APP = {"from": "the app"}
HIDES = {"PreventUserExistenceErrors": "ENABLED"}
CUSTOM = {"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}
CHALLENGES = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")


def claims(token: str) -> dict[str, Any]:
    decoded: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return decoded


def sign_in(pool: Pool, username: str = "ann", password: str = PASSWORD, **more: Any) -> dict[str, Any]:
    parameters = {"USERNAME": username, "PASSWORD": password}
    answer: dict[str, Any] = pool.idp.initiate_auth(ClientId=pool.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters, **more)
    return answer


class TestAroundASignIn:
    def test_before_the_password_is_checked_after_it_was_and_before_the_tokens(self, functions: Functions) -> None:
        pool = triggered(functions, "PreAuthentication", "PostAuthentication", "PreTokenGeneration").pool
        pool.enrol("ann", email=EMAIL)
        sign_in(pool)
        assert functions.sources() == [
            "PreAuthentication_Authentication",
            "PostAuthentication_Authentication",
            "TokenGeneration_Authentication",
        ]

    def test_a_wrong_password_gets_no_further_than_the_first(self, functions: Functions) -> None:
        pool = triggered(functions, "PreAuthentication", "PostAuthentication").pool
        pool.enrol("ann", email=EMAIL)
        assert refusal(pool.try_sign_in, username="ann", password="Wrong-Horse-1")[0] == "NotAuthorizedException"
        assert functions.sources() == ["PreAuthentication_Authentication"]

    def test_the_metadata_of_initiate_auth_goes_to_the_first_alone_as_validation_data(self, functions: Functions) -> None:
        pool = triggered(functions, "PreAuthentication", "PostAuthentication", "PreTokenGeneration").pool
        sub = pool.enrol("ann", email=EMAIL)
        sign_in(pool, ClientMetadata=FROM_APP)
        attributes = {"sub": sub, "cognito:user_status": "CONFIRMED", "email": EMAIL, "email_verified": "false"}
        assert functions.event("PreAuthentication_Authentication")["request"] == {
            "userAttributes": attributes,
            "validationData": FROM_APP,
        }
        assert functions.event("PostAuthentication_Authentication")["request"] == {"userAttributes": attributes}
        assert "clientMetadata" not in functions.event("TokenGeneration_Authentication")["request"]

    def test_the_metadata_of_an_answered_challenge_goes_to_those_that_follow(self, functions: Functions) -> None:
        pool = triggered(functions, "PostAuthentication", "PreTokenGeneration").pool
        pool.idp.admin_create_user(UserPoolId=pool.id, Username="ann", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
        session = sign_in(pool)["Session"]
        pool.idp.respond_to_auth_challenge(
            ClientId=pool.client,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=session,
            ChallengeResponses={"USERNAME": "ann", "NEW_PASSWORD": NEW_PASSWORD},
            ClientMetadata=FROM_APP,
        )
        assert functions.event("PostAuthentication_Authentication")["request"]["clientMetadata"] == FROM_APP
        assert functions.event("TokenGeneration_NewPasswordChallenge")["request"]["clientMetadata"] == FROM_APP

    @pytest.mark.parametrize("runtime", RUNTIMES)
    def test_each_can_end_the_sign_in(self, functions: Functions, runtime: str) -> None:
        script = {"PostAuthentication_Authentication": {"raise": "not on Sundays"}}
        pool = triggered(functions, "PostAuthentication", script=script, runtime=runtime).pool
        pool.enrol("ann", email=EMAIL)
        expected = ("UserLambdaValidationException", "PostAuthentication failed with error not on Sundays.")
        assert refusal(pool.try_sign_in, username="ann") == expected

    def test_whether_a_user_exists_is_told_where_the_client_hides_it(self, functions: Functions) -> None:
        pool = triggered(functions, "PreAuthentication", client=HIDES).pool
        pool.enrol("ann", email=EMAIL)
        sign_in(pool)
        assert functions.event("PreAuthentication_Authentication")["request"]["userNotFound"] is False
        assert refusal(pool.try_sign_in, username="nobody")[0] == "NotAuthorizedException"
        event = functions.event("PreAuthentication_Authentication")
        assert (event["userName"], event["request"]) == ("nobody", {"userAttributes": {}, "userNotFound": True})

    def test_elsewhere_it_does_not_run_for_those_who_do_not(self, functions: Functions) -> None:
        pool = triggered(functions, "PreAuthentication").pool
        assert refusal(pool.try_sign_in, username="nobody")[0] == "UserNotFoundException"
        assert functions.sources() == []


class TestCustomChallenges:
    def custom(self, functions: Functions, runtime: str = "python3.11") -> Triggered:
        arn = functions.create("challenges", runtime=runtime, handler="challenges.handler")
        made = Triggered.make(functions.server, functions.account, dict.fromkeys(CHALLENGES, arn), client=CUSTOM)
        made.pool.enrol("ann", email=EMAIL)
        return made

    def begin(self, pool: Pool, **more: Any) -> dict[str, Any]:
        answer: dict[str, Any] = pool.idp.initiate_auth(
            ClientId=pool.client, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "ann"}, **more
        )
        return answer

    def answer(self, pool: Pool, asked: dict[str, Any], answer: str) -> dict[str, Any]:
        answered: dict[str, Any] = pool.idp.respond_to_auth_challenge(
            ClientId=pool.client,
            ChallengeName="CUSTOM_CHALLENGE",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "ann", "ANSWER": answer},
            ClientMetadata=FROM_APP,
        )
        return answered

    @pytest.mark.parametrize("runtime", RUNTIMES)
    def test_the_right_answer_signs_in(self, functions: Functions, runtime: str) -> None:
        pool = self.custom(functions, runtime).pool
        asked = self.begin(pool)
        assert asked["ChallengeName"] == "CUSTOM_CHALLENGE"
        assert asked["ChallengeParameters"] == {"USERNAME": "ann", "question": "2 + 3"}
        assert "AuthenticationResult" in self.answer(pool, asked, "5")
        assert functions.sources() == [
            "DefineAuthChallenge_Authentication",
            "CreateAuthChallenge_Authentication",
            "VerifyAuthChallengeResponse_Authentication",
            "DefineAuthChallenge_Authentication",
        ]

    def test_a_wrong_answer_is_no_error_until_the_function_makes_it_one(self, functions: Functions) -> None:
        pool = self.custom(functions).pool
        again = self.answer(pool, self.begin(pool), "4")
        assert again["ChallengeName"] == "CUSTOM_CHALLENGE"
        assert refusal(lambda: self.answer(pool, again, "6")) == ("NotAuthorizedException", "Incorrect username or password.")

    def test_the_events_are_cognitos(self, functions: Functions) -> None:
        pool = self.custom(functions).pool
        asked = self.begin(pool, ClientMetadata=FROM_APP)
        first = functions.event("DefineAuthChallenge_Authentication")
        assert first["request"]["session"] == []
        assert "clientMetadata" not in first["request"]
        assert first["response"] == {"challengeName": None, "issueTokens": None, "failAuthentication": None}
        created = functions.event("CreateAuthChallenge_Authentication")
        assert (created["request"]["challengeName"], created["request"]["session"]) == ("CUSTOM_CHALLENGE", [])
        self.answer(pool, asked, "5")
        verified = functions.event("VerifyAuthChallengeResponse_Authentication")["request"]
        assert verified["privateChallengeParameters"] == {"answer": "5"}
        assert (verified["challengeAnswer"], verified["clientMetadata"]) == ("5", FROM_APP)
        last = functions.event("DefineAuthChallenge_Authentication")["request"]
        assert last["session"] == [{"challengeName": "CUSTOM_CHALLENGE", "challengeResult": True, "challengeMetadata": "SUM"}]
        assert last["clientMetadata"] == FROM_APP

    def test_a_decision_for_nothing_is_unrecognizable(self, functions: Functions) -> None:
        pool = triggered(functions, *CHALLENGES, client=CUSTOM).pool
        pool.enrol("ann", email=EMAIL)
        assert refusal(lambda: self.begin(pool)) == ("InvalidLambdaResponseException", "Unrecognizable lambda output")


V1 = {
    "claimsOverrideDetails": {
        "claimsToAddOrOverride": {"plan": "gold"},
        "claimsToSuppress": ["email"],
        "groupOverrideDetails": {"groupsToOverride": ["staff"], "iamRolesToOverride": [], "preferredRole": None},
    }
}
V2 = {
    "claimsAndScopeOverrideDetails": {
        "idTokenGeneration": {"claimsToAddOrOverride": {"plan": {"name": "gold"}}},
        "accessTokenGeneration": {
            "claimsToAddOrOverride": {"level": 7},
            "scopesToAdd": ["shop/buy"],
            "scopesToSuppress": ["aws.cognito.signin.user.admin"],
        },
    }
}


class TestTokenGeneration:
    def with_version(self, functions: Functions, version: str, response: Any, **settings: Any) -> Triggered:
        script = {"TokenGeneration_Authentication": {"response": response}, "TokenGeneration_RefreshTokens": {"response": response}}
        arn = functions.create(script=script)
        config = {"PreTokenGenerationConfig": {"LambdaVersion": version, "LambdaArn": arn}}
        made = Triggered.make(functions.server, functions.account, config, **settings)
        made.pool.enrol("ann", email=EMAIL)
        return made

    def test_version_1_changes_the_id_token_and_the_groups_of_both(self, functions: Functions) -> None:
        pool = self.with_version(functions, "V1_0", V1).pool
        tokens = sign_in(pool)["AuthenticationResult"]
        id_token, access_token = claims(tokens["IdToken"]), claims(tokens["AccessToken"])
        assert (id_token["plan"], id_token["cognito:groups"], "email" in id_token) == ("gold", ["staff"], False)
        assert (access_token["cognito:groups"], "plan" in access_token) == (["staff"], False)
        event = functions.event("TokenGeneration_Authentication")
        assert (event["version"], event["response"]) == ("1", {"claimsOverrideDetails": None})
        assert "scopes" not in event["request"]

    @pytest.mark.parametrize("version", ["V2_0", "V3_0"])
    def test_versions_2_and_3_change_both_tokens_and_the_scopes(self, functions: Functions, version: str) -> None:
        pool = self.with_version(functions, version, V2).pool
        tokens = sign_in(pool)["AuthenticationResult"]
        id_token, access_token = claims(tokens["IdToken"]), claims(tokens["AccessToken"])
        assert id_token["plan"] == {"name": "gold"}
        assert (access_token["level"], access_token["scope"]) == (7, "shop/buy")
        event = functions.event("TokenGeneration_Authentication")
        assert (event["version"], event["response"]) == (version[1], {"claimsAndScopeOverrideDetails": None})
        assert event["request"]["scopes"] == ["aws.cognito.signin.user.admin"]

    def test_it_is_told_of_groups_and_roles(self, functions: Functions) -> None:
        pool = self.with_version(functions, "V1_0", {}).pool
        role = "arn:aws:iam::123456789012:role/staff"
        pool.idp.create_group(UserPoolId=pool.id, GroupName="staff", RoleArn=role, Precedence=1)
        pool.idp.admin_add_user_to_group(UserPoolId=pool.id, Username="ann", GroupName="staff")
        sign_in(pool)
        assert functions.event("TokenGeneration_Authentication")["request"]["groupConfiguration"] == {
            "groupsToOverride": ["staff"],
            "iamRolesToOverride": [role],
            "preferredRole": role,
        }

    def test_a_refresh_asks_again(self, functions: Functions) -> None:
        pool = self.with_version(functions, "V1_0", V1).pool
        token = sign_in(pool)["AuthenticationResult"]["RefreshToken"]
        answer = pool.idp.initiate_auth(
            ClientId=pool.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": token}, ClientMetadata=FROM_APP
        )
        assert claims(answer["AuthenticationResult"]["IdToken"])["plan"] == "gold"
        assert functions.sources()[-1] == "TokenGeneration_RefreshTokens"
        pool.idp.get_tokens_from_refresh_token(ClientId=pool.client, RefreshToken=token, ClientMetadata=FROM_APP)
        assert functions.event("TokenGeneration_RefreshTokens")["request"]["clientMetadata"] == FROM_APP

    def test_the_answer_of_another_version_changes_nothing(self, functions: Functions) -> None:
        pool = self.with_version(functions, "V1_0", V2).pool
        tokens = sign_in(pool)["AuthenticationResult"]
        assert "plan" not in claims(tokens["IdToken"])

    @pytest.mark.parametrize("runtime", RUNTIMES)
    def test_no_tokens_without_it(self, functions: Functions, runtime: str) -> None:
        script = {"TokenGeneration_Authentication": {"raise": "no tokens today"}}
        pool = triggered(functions, "PreTokenGeneration", script=script, runtime=runtime).pool
        pool.enrol("ann", email=EMAIL)
        expected = ("UserLambdaValidationException", "PreTokenGeneration failed with error no tokens today.")
        assert refusal(pool.try_sign_in, username="ann") == expected

    def test_machines_are_for_version_3(self, functions: Functions) -> None:
        response = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {"claimsToAddOrOverride": {"level": 7}}}}
        arn = functions.create(script={"TokenGeneration_ClientCredentials": {"response": response}})
        config = {"PreTokenGenerationConfig": {"LambdaVersion": "V3_0", "LambdaArn": arn}}
        pool = Triggered.make(functions.server, functions.account, config).pool
        scopes = [{"ScopeName": "buy", "ScopeDescription": "buy"}]
        pool.idp.create_resource_server(UserPoolId=pool.id, Identifier="shop", Name="shop", Scopes=scopes)
        machine = pool.client_with(
            ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"],
            GenerateSecret=True,
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["client_credentials"],
            AllowedOAuthScopes=["shop/buy"],
        )
        answer = pool.idp.get_client_token(ClientId=machine.client, Secret=machine.secret, Scopes=["shop/buy"], ClientMetadata=FROM_APP)
        assert claims(answer["ClientAuthenticationResult"]["AccessToken"])["level"] == 7
        event = functions.event("TokenGeneration_ClientCredentials")
        assert "userName" not in event
        assert event["request"]["scopes"] == ["shop/buy"]
        assert event["request"]["clientMetadata"] == FROM_APP
