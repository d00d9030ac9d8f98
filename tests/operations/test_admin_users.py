"""Users as an administrator makes, shows, stops and removes them."""

import re
from typing import Any

import pytest

from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox

DAY = 86_400
PASSWORD = "Correct-Horse-7"
NO_USER = ("UserNotFoundException", "User does not exist.")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def attributes(**values: str) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in values.items()]


def values(shown: list[dict[str, str]]) -> dict[str, str]:
    return {attribute["Name"]: attribute["Value"] for attribute in shown}


def make_pool(idp: Any, **settings: Any) -> str:
    pool_id: str = idp.create_user_pool(PoolName="pool", **settings)["UserPool"]["Id"]
    return pool_id


def make_client(idp: Any, pool_id: str) -> str:
    client_id: str = idp.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="client",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    return client_id


def sign_in(idp: Any, pool_id: str, client_id: str, username: str, password: str) -> Any:
    return idp.admin_initiate_auth(
        UserPoolId=pool_id,
        ClientId=client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )


@pytest.fixture
def pool_id(idp: Any) -> str:
    return make_pool(idp)


class TestAdminCreateUser:
    def test_a_new_user_must_change_the_password(self, idp: Any, pool_id: str, clock: Clock) -> None:
        before = clock.now()
        user = idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=attributes(email="ann@example.com"))["User"]
        shown = values(user["Attributes"])
        assert user["Username"] == "ann"
        assert UUID.fullmatch(shown.pop("sub"))
        assert shown == {"email": "ann@example.com"}
        assert user["Enabled"] is True
        assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"
        assert before - 1 <= user["UserCreateDate"].timestamp() <= clock.now() + 1
        assert user["UserLastModifiedDate"] == user["UserCreateDate"]
        assert "MFAOptions" not in user

    def test_sub_comes_first_among_the_attributes(self, idp: Any, pool_id: str) -> None:
        user = idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=attributes(email="ann@example.com", name="Ann"))
        assert [attribute["Name"] for attribute in user["User"]["Attributes"]] == ["sub", "email", "name"]

    def test_the_temporary_password_signs_in_and_must_be_changed(self, idp: Any, pool_id: str) -> None:
        client_id = make_client(idp, pool_id)
        idp.admin_create_user(UserPoolId=pool_id, Username="ann", TemporaryPassword=PASSWORD)
        assert sign_in(idp, pool_id, client_id, "ann", PASSWORD)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"

    def test_a_pool_that_does_not_exist(self, idp: Any) -> None:
        assert refusal(idp.admin_create_user, UserPoolId="us-east-1_AbCdEfGhI", Username="ann") == (
            "ResourceNotFoundException",
            "User pool us-east-1_AbCdEfGhI does not exist.",
        )

    def test_another_accounts_pool_does_not_exist(self, server: Any, pool_id: str) -> None:
        stranger = server.client(account="999999999999")
        assert refusal(stranger.admin_create_user, UserPoolId=pool_id, Username="ann")[0] == "ResourceNotFoundException"

    def test_a_name_exists_once(self, idp: Any, pool_id: str) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        assert refusal(idp.admin_create_user, UserPoolId=pool_id, Username="ann") == (
            "UsernameExistsException",
            "User account already exists",
        )

    def test_case_tells_names_apart_by_default(self, idp: Any, pool_id: str) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        idp.admin_create_user(UserPoolId=pool_id, Username="Ann")
        assert idp.admin_get_user(UserPoolId=pool_id, Username="Ann")["Username"] == "Ann"
        assert refusal(idp.admin_get_user, UserPoolId=pool_id, Username="ANN") == NO_USER

    def test_case_tells_nothing_apart_in_a_case_insensitive_pool(self, idp: Any) -> None:
        pool_id = make_pool(idp, UsernameConfiguration={"CaseSensitive": False})
        idp.admin_create_user(UserPoolId=pool_id, Username="Ann")
        assert refusal(idp.admin_create_user, UserPoolId=pool_id, Username="aNN")[0] == "UsernameExistsException"
        assert idp.admin_get_user(UserPoolId=pool_id, Username="ANN")["Username"] == "Ann"

    def test_required_attributes_may_be_left_out(self, idp: Any) -> None:
        pool_id = make_pool(idp, Schema=[{"Name": "family_name", "Required": True}])
        assert idp.admin_create_user(UserPoolId=pool_id, Username="ann")["User"]["UserStatus"] == "FORCE_CHANGE_PASSWORD"

    @pytest.mark.parametrize(
        ("attribute", "message"),
        [
            (
                {"Name": "custom:unknown", "Value": "1"},
                "Attributes did not conform to the schema: Type for attribute {custom:unknown} could not be determined",
            ),
            ({"Name": "email", "Value": "nonsense"}, "Invalid email address format."),
            ({"Name": "phone_number", "Value": "0123"}, "Invalid phone number format."),
            ({"Name": "sub", "Value": "1"}, "Attributes did not conform to the schema: sub: Attribute cannot be updated.\n"),
            ({"Name": "email_verified", "Value": "true"}, "email is required when email_verified is true."),
            ({"Name": "phone_number_verified", "Value": "true"}, "phone_number is required when phone_number_verified is true."),
        ],
    )
    def test_attributes_that_nobody_can_have(self, idp: Any, pool_id: str, attribute: dict[str, str], message: str) -> None:
        assert refusal(idp.admin_create_user, UserPoolId=pool_id, Username="ann", UserAttributes=[attribute]) == (
            "InvalidParameterException",
            message,
        )
        assert refusal(idp.admin_get_user, UserPoolId=pool_id, Username="ann") == NO_USER

    def test_an_administrator_sets_custom_and_developer_attributes(self, idp: Any) -> None:
        schema = [
            {"Name": "plan", "AttributeDataType": "String"},
            {"Name": "score", "AttributeDataType": "Number", "DeveloperOnlyAttribute": True},
        ]
        pool_id = make_pool(idp, Schema=schema)
        given = {"custom:plan": "gold", "dev:custom:score": "7"}
        idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=attributes(**given))
        shown = values(idp.admin_get_user(UserPoolId=pool_id, Username="ann")["UserAttributes"])
        assert shown == given | {"sub": shown["sub"]}

    def test_an_attribute_without_value_is_not_stored(self, idp: Any, pool_id: str) -> None:
        user = idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=[{"Name": "name"}, {"Name": "gender", "Value": ""}])
        assert [attribute["Name"] for attribute in user["User"]["Attributes"]] == ["sub"]

    @pytest.mark.parametrize(
        ("password", "reason"),
        [
            ("Aa1!", "Password not long enough"),
            ("correct-horse-7", "Password must have uppercase characters"),
            ("CORRECT-HORSE-7", "Password must have lowercase characters"),
            ("Correct-Horse-X", "Password must have numeric characters"),
            ("CorrectHorse7", "Password must have symbol characters"),
        ],
    )
    def test_the_temporary_password_must_fit_the_policy(self, idp: Any, pool_id: str, password: str, reason: str) -> None:
        assert refusal(idp.admin_create_user, UserPoolId=pool_id, Username="ann", TemporaryPassword=password) == (
            "InvalidPasswordException",
            f"Password did not conform with password policy: {reason}",
        )
        assert refusal(idp.admin_get_user, UserPoolId=pool_id, Username="ann") == NO_USER


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

    def test_a_template_without_the_password_is_not_sent(self, idp: Any, inbox: Inbox) -> None:
        pool_id = make_pool(idp, AdminCreateUserConfig={"InviteMessageTemplate": {"EmailMessage": "Dear {username}, welcome"}})
        idp.admin_create_user(
            UserPoolId=pool_id,
            Username="ann",
            DesiredDeliveryMediums=["EMAIL", "SMS"],
            UserAttributes=attributes(email="ann@example.com", phone_number="+14155550101"),
        )
        assert [message["medium"] for message in inbox.all()] == ["SMS"]


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


class TestUsernameAttributes:
    @pytest.fixture
    def email_pool(self, idp: Any) -> str:
        return make_pool(idp, UsernameAttributes=["email"])

    def test_the_username_is_the_sub_and_the_address_an_attribute(self, idp: Any, email_pool: str) -> None:
        user = idp.admin_create_user(UserPoolId=email_pool, Username="ann@example.com")["User"]
        shown = values(user["Attributes"])
        assert user["Username"] == shown["sub"]
        assert shown["email"] == "ann@example.com"
        assert "email_verified" not in shown

    def test_the_address_finds_the_user(self, idp: Any, email_pool: str) -> None:
        sub = idp.admin_create_user(UserPoolId=email_pool, Username="ann@example.com")["User"]["Username"]
        assert idp.admin_get_user(UserPoolId=email_pool, Username="ann@example.com")["Username"] == sub
        assert idp.admin_get_user(UserPoolId=email_pool, Username=sub)["Username"] == sub

    def test_an_address_exists_once(self, idp: Any, email_pool: str) -> None:
        idp.admin_create_user(UserPoolId=email_pool, Username="ann@example.com")
        taken = ("UsernameExistsException", "An account with the given email already exists.")
        request = {"UserPoolId": email_pool, "Username": "ann@example.com"}
        assert refusal(idp.admin_create_user, **request) == taken
        verified = attributes(email="ann@example.com", email_verified="true")
        assert refusal(idp.admin_create_user, **request, UserAttributes=verified, ForceAliasCreation=True) == taken

    def test_resend_finds_the_user_by_the_address(self, idp: Any, email_pool: str, inbox: Inbox) -> None:
        request = {"UserPoolId": email_pool, "Username": "ann@example.com", "DesiredDeliveryMediums": ["EMAIL"]}
        sub = idp.admin_create_user(**request)["User"]["Username"]
        message = inbox.next("ann@example.com")
        assert f"Your username is {sub} and temporary password is" in message["text"]
        assert idp.admin_create_user(**request, MessageAction="RESEND")["User"]["Username"] == sub
        assert inbox.code("ann@example.com") != message["code"]

    @pytest.mark.parametrize(
        ("username_attributes", "message"),
        [
            (["email"], "Username should be an email."),
            (["phone_number"], "Username should be a phone number."),
            (["email", "phone_number"], "Username should be either an email or a phone number."),
        ],
    )
    def test_a_plain_name_is_refused(self, idp: Any, username_attributes: list[str], message: str) -> None:
        pool_id = make_pool(idp, UsernameAttributes=username_attributes)
        assert refusal(idp.admin_create_user, UserPoolId=pool_id, Username="ann") == ("InvalidParameterException", message)

    def test_a_phone_number_fills_its_attribute(self, idp: Any) -> None:
        pool_id = make_pool(idp, UsernameAttributes=["email", "phone_number"])
        user = idp.admin_create_user(UserPoolId=pool_id, Username="+14155550101")["User"]
        assert values(user["Attributes"])["phone_number"] == "+14155550101"


class TestAliases:
    @pytest.fixture
    def alias_pool(self, idp: Any) -> str:
        return make_pool(idp, AliasAttributes=["email", "preferred_username"])

    def create(self, idp: Any, pool_id: str, username: str, **values: str) -> Any:
        return idp.admin_create_user(UserPoolId=pool_id, Username=username, UserAttributes=attributes(**values))

    def test_a_verified_address_finds_the_user(self, idp: Any, alias_pool: str) -> None:
        self.create(idp, alias_pool, "ann", email="ann@example.com", email_verified="true")
        assert idp.admin_get_user(UserPoolId=alias_pool, Username="ann@example.com")["Username"] == "ann"

    def test_an_unverified_address_finds_nobody(self, idp: Any, alias_pool: str) -> None:
        self.create(idp, alias_pool, "ann", email="ann@example.com")
        assert refusal(idp.admin_get_user, UserPoolId=alias_pool, Username="ann@example.com") == NO_USER

    def test_a_name_that_looks_like_an_alias_is_refused(self, idp: Any, alias_pool: str) -> None:
        assert refusal(idp.admin_create_user, UserPoolId=alias_pool, Username="ann@example.com") == (
            "InvalidParameterException",
            "Username cannot be of email format, since user pool is configured for email alias.",
        )

    def test_a_taken_alias_is_refused_and_nobody_is_created(self, idp: Any, alias_pool: str) -> None:
        self.create(idp, alias_pool, "ann", email="ann@example.com", email_verified="true")
        verified = attributes(email="ann@example.com", email_verified="true")
        assert refusal(idp.admin_create_user, UserPoolId=alias_pool, Username="bob", UserAttributes=verified) == (
            "UsernameExistsException",
            "An account with the given email already exists.",
        )
        assert refusal(idp.admin_get_user, UserPoolId=alias_pool, Username="bob") == NO_USER

    def test_force_moves_the_alias_and_unverifies_its_former_owner(self, idp: Any, alias_pool: str) -> None:
        self.create(idp, alias_pool, "ann", email="ann@example.com", email_verified="true")
        idp.admin_create_user(
            UserPoolId=alias_pool,
            Username="bob",
            UserAttributes=attributes(email="ann@example.com", email_verified="true"),
            ForceAliasCreation=True,
        )
        assert idp.admin_get_user(UserPoolId=alias_pool, Username="ann@example.com")["Username"] == "bob"
        ann = values(idp.admin_get_user(UserPoolId=alias_pool, Username="ann")["UserAttributes"])
        assert (ann["email"], ann["email_verified"]) == ("ann@example.com", "false")

    def test_force_does_not_take_a_preferred_username(self, idp: Any, alias_pool: str) -> None:
        self.create(idp, alias_pool, "ann", preferred_username="captain")
        request = {"UserPoolId": alias_pool, "Username": "bob", "UserAttributes": attributes(preferred_username="captain")}
        assert refusal(idp.admin_create_user, **request, ForceAliasCreation=True) == (
            "UsernameExistsException",
            "An account with the given preferred_username already exists.",
        )
        assert idp.admin_get_user(UserPoolId=alias_pool, Username="captain")["Username"] == "ann"

    def test_two_aliases_of_one_user_may_say_the_same(self, idp: Any, alias_pool: str) -> None:
        self.create(idp, alias_pool, "ann", email="ann@example.com", email_verified="true", preferred_username="ann@example.com")
        assert idp.admin_get_user(UserPoolId=alias_pool, Username="ann@example.com")["Username"] == "ann"

    def test_a_deleted_users_alias_is_free(self, idp: Any, alias_pool: str) -> None:
        self.create(idp, alias_pool, "ann", email="ann@example.com", email_verified="true")
        idp.admin_delete_user(UserPoolId=alias_pool, Username="ann@example.com")
        self.create(idp, alias_pool, "bob", email="ann@example.com", email_verified="true")
        assert idp.admin_get_user(UserPoolId=alias_pool, Username="ann@example.com")["Username"] == "bob"


class TestPasswordless:
    @pytest.fixture
    def otp_pool(self, idp: Any) -> str:
        return make_pool(idp, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}})

    def test_without_a_password_a_user_is_confirmed(self, idp: Any, otp_pool: str, inbox: Inbox) -> None:
        user = idp.admin_create_user(
            UserPoolId=otp_pool,
            Username="ann",
            DesiredDeliveryMediums=["EMAIL"],
            UserAttributes=attributes(email="ann@example.com"),
        )["User"]
        assert user["UserStatus"] == "CONFIRMED"
        message = inbox.next("ann@example.com")
        assert message["code"] is None
        assert "Your username is ann." in message["text"]

    def test_with_a_password_a_user_must_change_it(self, idp: Any, otp_pool: str) -> None:
        user = idp.admin_create_user(UserPoolId=otp_pool, Username="ann", TemporaryPassword=PASSWORD)["User"]
        assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"

    def test_without_password_and_address_nobody_could_sign_in(self, idp: Any, otp_pool: str) -> None:
        assert refusal(idp.admin_create_user, UserPoolId=otp_pool, Username="ann") == (
            "InvalidParameterException",
            "User without a password must have at least one of email.",
        )


class TestAdminGetUser:
    def test_it_shows_what_was_created(self, idp: Any, pool_id: str) -> None:
        created = idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=attributes(email="ann@example.com"))["User"]
        shown = idp.admin_get_user(UserPoolId=pool_id, Username="ann")
        shown.pop("ResponseMetadata")
        assert shown == {
            "Username": "ann",
            "UserAttributes": created["Attributes"],
            "UserCreateDate": created["UserCreateDate"],
            "UserLastModifiedDate": created["UserLastModifiedDate"],
            "Enabled": True,
            "UserStatus": "FORCE_CHANGE_PASSWORD",
        }

    def test_the_sub_names_a_user_too(self, idp: Any, pool_id: str) -> None:
        created = idp.admin_create_user(UserPoolId=pool_id, Username="ann")["User"]
        assert idp.admin_get_user(UserPoolId=pool_id, Username=values(created["Attributes"])["sub"])["Username"] == "ann"

    def test_a_user_of_another_pool_is_not_found_by_sub(self, idp: Any, pool_id: str) -> None:
        created = idp.admin_create_user(UserPoolId=pool_id, Username="ann")["User"]
        other = make_pool(idp)
        assert refusal(idp.admin_get_user, UserPoolId=other, Username=values(created["Attributes"])["sub"]) == NO_USER


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("admin_get_user", {}),
        ("admin_delete_user", {}),
        ("admin_enable_user", {}),
        ("admin_disable_user", {}),
        ("admin_user_global_sign_out", {}),
        ("admin_set_user_password", {"Password": PASSWORD}),
        ("admin_set_user_settings", {"MFAOptions": []}),
    ],
)
class TestWhoIsNotThere:
    def test_a_user_who_does_not_exist(self, idp: Any, pool_id: str, operation: str, more: dict[str, Any]) -> None:
        assert refusal(getattr(idp, operation), UserPoolId=pool_id, Username="nobody", **more) == NO_USER

    def test_a_pool_that_does_not_exist(self, idp: Any, operation: str, more: dict[str, Any]) -> None:
        assert refusal(getattr(idp, operation), UserPoolId="us-east-1_AbCdEfGhI", Username="ann", **more) == (
            "ResourceNotFoundException",
            "User pool us-east-1_AbCdEfGhI does not exist.",
        )


class TestAdminDeleteUser:
    def test_a_deleted_user_is_gone_and_the_name_is_free(self, idp: Any, pool_id: str) -> None:
        first = values(idp.admin_create_user(UserPoolId=pool_id, Username="ann")["User"]["Attributes"])["sub"]
        idp.admin_delete_user(UserPoolId=pool_id, Username="ann")
        assert refusal(idp.admin_get_user, UserPoolId=pool_id, Username="ann") == NO_USER
        assert values(idp.admin_create_user(UserPoolId=pool_id, Username="ann")["User"]["Attributes"])["sub"] != first

    def test_memberships_go_with_the_user(self, idp: Any, pool_id: str) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        idp.create_group(UserPoolId=pool_id, GroupName="crew")
        idp.admin_add_user_to_group(UserPoolId=pool_id, Username="ann", GroupName="crew")
        idp.admin_delete_user(UserPoolId=pool_id, Username="ann")
        assert idp.list_users_in_group(UserPoolId=pool_id, GroupName="crew")["Users"] == []


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


class TestAdminSetUserPassword:
    @pytest.fixture
    def client_id(self, idp: Any, pool_id: str) -> str:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        return make_client(idp, pool_id)

    def test_a_permanent_password_confirms(self, idp: Any, pool_id: str, client_id: str, clock: Clock) -> None:
        clock.advance(hours=1)
        idp.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password=PASSWORD, Permanent=True)
        user = idp.admin_get_user(UserPoolId=pool_id, Username="ann")
        assert user["UserStatus"] == "CONFIRMED"
        assert user["UserLastModifiedDate"] > user["UserCreateDate"]
        assert "AuthenticationResult" in sign_in(idp, pool_id, client_id, "ann", PASSWORD)

    def test_by_default_the_password_is_temporary(self, idp: Any, pool_id: str, client_id: str) -> None:
        idp.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password="First-Horse-1", Permanent=True)
        idp.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password=PASSWORD)
        assert idp.admin_get_user(UserPoolId=pool_id, Username="ann")["UserStatus"] == "FORCE_CHANGE_PASSWORD"
        assert sign_in(idp, pool_id, client_id, "ann", PASSWORD)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"

    def test_a_temporary_password_expires_and_a_permanent_one_does_not(self, idp: Any, pool_id: str, client_id: str, clock: Clock) -> None:
        idp.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password=PASSWORD)
        clock.advance(days=8)
        assert refusal(sign_in, idp=idp, pool_id=pool_id, client_id=client_id, username="ann", password=PASSWORD)[0] == (
            "NotAuthorizedException"
        )
        idp.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password=PASSWORD, Permanent=True)
        clock.advance(days=8)
        assert "AuthenticationResult" in sign_in(idp, pool_id, client_id, "ann", PASSWORD)

    def test_nothing_is_sent(self, idp: Any, pool_id: str, inbox: Inbox) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="bob", UserAttributes=attributes(email="bob@example.com"))
        idp.admin_set_user_password(UserPoolId=pool_id, Username="bob", Password=PASSWORD)
        assert inbox.all() == []

    def test_the_policy_holds(self, idp: Any, pool_id: str, client_id: str) -> None:
        assert refusal(idp.admin_set_user_password, UserPoolId=pool_id, Username="ann", Password="short", Permanent=True) == (
            "InvalidPasswordException",
            "Password does not conform to policy: Password not long enough",
        )
        assert idp.admin_get_user(UserPoolId=pool_id, Username="ann")["UserStatus"] == "FORCE_CHANGE_PASSWORD"

    def test_former_passwords_are_refused_as_many_as_the_policy_says(self, idp: Any) -> None:
        pool_id = make_pool(idp, Policies={"PasswordPolicy": {"PasswordHistorySize": 2}})
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        request = {"UserPoolId": pool_id, "Username": "ann", "Permanent": True}
        for number in (1, 2):
            idp.admin_set_user_password(**request, Password=f"Correct-Horse-{number}")
        for number in (2, 1):
            assert refusal(idp.admin_set_user_password, **request, Password=f"Correct-Horse-{number}") == (
                "PasswordHistoryPolicyViolationException",
                "Password has previously been used.",
            )
        idp.admin_set_user_password(**request, Password="Correct-Horse-3")
        idp.admin_set_user_password(**request, Password="Correct-Horse-1")


class TestAdminSetUserSettings:
    SMS = ({"DeliveryMedium": "SMS", "AttributeName": "phone_number"},)

    def test_sms_mfa_goes_on_and_off(self, idp: Any, pool_id: str) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=attributes(phone_number="+14155550101"))
        idp.admin_set_user_settings(UserPoolId=pool_id, Username="ann", MFAOptions=list(self.SMS))
        user = idp.admin_get_user(UserPoolId=pool_id, Username="ann")
        assert (user["MFAOptions"], user["UserMFASettingList"]) == (list(self.SMS), ["SMS_MFA"])
        assert "PreferredMfaSetting" not in user
        assert idp.list_users(UserPoolId=pool_id)["Users"][0]["MFAOptions"] == list(self.SMS)
        idp.admin_set_user_settings(UserPoolId=pool_id, Username="ann", MFAOptions=[])
        assert not {"MFAOptions", "UserMFASettingList"} & idp.admin_get_user(UserPoolId=pool_id, Username="ann").keys()

    def test_sms_needs_a_phone_number(self, idp: Any, pool_id: str) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        assert refusal(idp.admin_set_user_settings, UserPoolId=pool_id, Username="ann", MFAOptions=list(self.SMS)) == (
            "InvalidParameterException",
            "User does not have delivery config set to turn on SMS_MFA",
        )

    def test_email_is_no_option(self, idp: Any, pool_id: str) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        option = {"DeliveryMedium": "EMAIL", "AttributeName": "email"}
        assert refusal(idp.admin_set_user_settings, UserPoolId=pool_id, Username="ann", MFAOptions=[option]) == (
            "InvalidParameterException",
            "MFAOptions can only set SMS as DeliveryMedium with phone_number as AttributeName.",
        )
