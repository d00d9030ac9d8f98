"""Messages to users whom an administrator made."""

from typing import Any

import pytest

from tests.operations.admin_users.administration import NO_USER, PASSWORD, attributes, make_client, make_pool, sign_in, values
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox


class TestInvitations:
    def test_by_default_an_sms_goes_to_whoever_has_a_phone(self, idp: Any, pool_id: str, inbox: Inbox) -> None:
        idp.admin_create_user(
            UserPoolId=pool_id,
            Username="ann",
            TemporaryPassword=PASSWORD,
            UserAttributes=attributes(email="ann@example.com", phone_number="+14155550101"),
        )
        message = inbox.next("+14155550101")
        assert (message["medium"], message["kind"]) == ("SMS", "AdminCreateUser")
        assert message["text"] == f"Your username is ann and temporary password is {PASSWORD}."
        assert inbox.all(to="ann@example.com") == []

    def test_by_default_nothing_goes_to_one_without_a_phone(self, idp: Any, pool_id: str, inbox: Inbox) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=attributes(email="ann@example.com"))
        assert inbox.all() == []

    def test_an_email_invites_when_asked_for(self, idp: Any, pool_id: str, inbox: Inbox) -> None:
        idp.admin_create_user(
            UserPoolId=pool_id,
            Username="ann",
            TemporaryPassword=PASSWORD,
            DesiredDeliveryMediums=["EMAIL"],
            UserAttributes=attributes(email="ann@example.com", phone_number="+14155550101"),
        )
        message = inbox.next("ann@example.com")
        assert message["subject"] == "Your temporary password"
        assert message["code"] == PASSWORD
        assert f"Your username is ann and temporary password is {PASSWORD}." in message["text"]
        assert inbox.all(to="+14155550101") == []

    def test_both_mediums_carry_the_same_password(self, idp: Any, pool_id: str, inbox: Inbox) -> None:
        idp.admin_create_user(
            UserPoolId=pool_id,
            Username="ann",
            DesiredDeliveryMediums=["SMS", "EMAIL"],
            UserAttributes=attributes(email="ann@example.com", phone_number="+14155550101"),
        )
        assert inbox.code("ann@example.com") == inbox.code("+14155550101")

    @pytest.mark.parametrize(
        ("medium", "message"),
        [
            ("EMAIL", "No email provided but desired delivery medium was Email"),
            ("SMS", "No phone number provided but desired delivery medium was SMS"),
        ],
    )
    def test_a_medium_that_is_asked_for_needs_its_address(self, idp: Any, pool_id: str, medium: str, message: str) -> None:
        assert refusal(idp.admin_create_user, UserPoolId=pool_id, Username="ann", DesiredDeliveryMediums=[medium]) == (
            "InvalidParameterException",
            message,
        )
        assert refusal(idp.admin_get_user, UserPoolId=pool_id, Username="ann") == NO_USER

    def test_suppress_sends_nothing(self, idp: Any, pool_id: str, inbox: Inbox) -> None:
        idp.admin_create_user(
            UserPoolId=pool_id,
            Username="ann",
            MessageAction="SUPPRESS",
            DesiredDeliveryMediums=["EMAIL"],
            UserAttributes=attributes(email="ann@example.com"),
        )
        assert idp.admin_get_user(UserPoolId=pool_id, Username="ann")["UserStatus"] == "FORCE_CHANGE_PASSWORD"
        assert inbox.all() == []

    def test_a_generated_password_fits_the_policy_and_signs_in(self, idp: Any, inbox: Inbox) -> None:
        policy = {"MinimumLength": 20, "RequireSymbols": True, "RequireNumbers": True, "RequireUppercase": True, "RequireLowercase": True}
        pool_id = make_pool(idp, Policies={"PasswordPolicy": policy})
        client_id = make_client(idp, pool_id)
        idp.admin_create_user(
            UserPoolId=pool_id,
            Username="ann",
            DesiredDeliveryMediums=["EMAIL"],
            UserAttributes=attributes(email="ann@example.com"),
        )
        password = inbox.code("ann@example.com")
        assert len(password) >= 20
        assert sign_in(idp, pool_id, client_id, "ann", password)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"

    def test_the_pools_own_words_invite(self, idp: Any, inbox: Inbox) -> None:
        template = {"EmailSubject": "Welcome", "EmailMessage": "Dear {username}, begin with {####}", "SMSMessage": "{username} {####}"}
        pool_id = make_pool(idp, AdminCreateUserConfig={"InviteMessageTemplate": template})
        idp.admin_create_user(
            UserPoolId=pool_id,
            Username="ann",
            TemporaryPassword=PASSWORD,
            DesiredDeliveryMediums=["EMAIL", "SMS"],
            UserAttributes=attributes(email="ann@example.com", phone_number="+14155550101"),
        )
        email = inbox.next("ann@example.com")
        assert (email["subject"], email["text"]) == ("Welcome", f"Dear ann, begin with {PASSWORD}")
        assert inbox.next("+14155550101")["text"] == f"ann {PASSWORD}"

    @pytest.mark.parametrize("medium", ["EmailMessage", "SMSMessage"])
    def test_a_template_needs_the_place_of_the_password(self, idp: Any, medium: str) -> None:
        config = {"InviteMessageTemplate": {medium: "Dear {username}, welcome"}}
        code, message = refusal(idp.create_user_pool, PoolName="pool", AdminCreateUserConfig=config)
        assert code == "InvalidParameterException"
        member = medium.replace("SMS", "sms").replace("Email", "email")
        assert f"at 'adminCreateUserConfig.inviteMessage.{member}' failed to satisfy constraint: Member must satisfy" in message


class TestResend:
    def test_a_new_password_replaces_the_old_and_attributes_stay(self, idp: Any, pool_id: str, inbox: Inbox) -> None:
        client_id = make_client(idp, pool_id)
        request = {"UserPoolId": pool_id, "Username": "ann", "DesiredDeliveryMediums": ["EMAIL"]}
        idp.admin_create_user(**request, UserAttributes=attributes(email="ann@example.com"))
        first = inbox.code("ann@example.com")
        user = idp.admin_create_user(**request, MessageAction="RESEND", UserAttributes=attributes(email="else@example.com"))["User"]
        second = inbox.code("ann@example.com")
        assert values(user["Attributes"])["email"] == "ann@example.com"
        assert first != second
        assert refusal(sign_in, idp=idp, pool_id=pool_id, client_id=client_id, username="ann", password=first) == (
            "NotAuthorizedException",
            "Incorrect username or password.",
        )
        assert sign_in(idp, pool_id, client_id, "ann", second)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"

    def test_an_expired_invitation_becomes_valid_again(self, idp: Any, pool_id: str, clock: Clock) -> None:
        client_id = make_client(idp, pool_id)
        idp.admin_create_user(UserPoolId=pool_id, Username="ann", TemporaryPassword=PASSWORD)
        clock.advance(days=7, hours=1)
        assert refusal(sign_in, idp=idp, pool_id=pool_id, client_id=client_id, username="ann", password=PASSWORD) == (
            "NotAuthorizedException",
            "Temporary password has expired and must be reset by an administrator.",
        )
        idp.admin_create_user(UserPoolId=pool_id, Username="ann", TemporaryPassword=PASSWORD, MessageAction="RESEND")
        assert sign_in(idp, pool_id, client_id, "ann", PASSWORD)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"

    def test_the_same_password_again_is_no_reuse(self, idp: Any) -> None:
        pool_id = make_pool(idp, Policies={"PasswordPolicy": {"PasswordHistorySize": 3}})
        request = {"UserPoolId": pool_id, "Username": "ann", "TemporaryPassword": PASSWORD}
        idp.admin_create_user(**request)
        assert idp.admin_create_user(**request, MessageAction="RESEND")["User"]["Username"] == "ann"

    def test_somebody_who_does_not_exist(self, idp: Any, pool_id: str) -> None:
        assert refusal(idp.admin_create_user, UserPoolId=pool_id, Username="ann", MessageAction="RESEND") == NO_USER

    def test_somebody_who_has_come_already(self, idp: Any, pool_id: str) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        idp.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password=PASSWORD, Permanent=True)
        assert refusal(idp.admin_create_user, UserPoolId=pool_id, Username="ann", MessageAction="RESEND") == (
            "UnsupportedUserStateException",
            "Resend not possible. ann status is not FORCE_CHANGE_PASSWORD",
        )

    def test_the_new_password_must_fit_the_policy(self, idp: Any, pool_id: str) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        request = {"UserPoolId": pool_id, "Username": "ann", "MessageAction": "RESEND"}
        assert refusal(idp.admin_create_user, **request, TemporaryPassword="short") == (
            "InvalidPasswordException",
            "Password did not conform with password policy: Password not long enough",
        )
        assert refusal(idp.admin_create_user, **request, DesiredDeliveryMediums=["EMAIL"])[0] == "InvalidParameterException"
