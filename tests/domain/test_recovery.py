import pytest

from cognito_emu.domain import recovery
from cognito_emu.errors import InvalidParameterException, NotAuthorizedException

EMAIL = {"email": "jane@example.com", "email_verified": "true"}
PHONE = {"phone_number": "+14155551234", "phone_number_verified": "true"}
EMAIL_FIRST = {"RecoveryMechanisms": [{"Priority": 2, "Name": "verified_phone_number"}, {"Priority": 1, "Name": "verified_email"}]}
PHONE_FIRST = {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_phone_number"}, {"Priority": 2, "Name": "verified_email"}]}


@pytest.mark.parametrize(
    ("email", "masked"),
    [("jane@example.com", "j***@e***"), ("j@e.com", "j***@e***"), ('"a@b"@example.com', '"***@e***')],
)
def test_email_addresses_are_masked(email, masked):
    assert recovery.mask_email(email) == masked


@pytest.mark.parametrize(("number", "masked"), [("+14155551234", "+*******1234"), ("+12345", "+*2345"), ("+123", "+" + "+123"[-4:])])
def test_phone_numbers_are_masked(number, masked):
    assert recovery.mask_phone_number(number) == masked


def test_a_delivery_speaks_aws():
    way = recovery.delivery_to("email", EMAIL)
    assert way is not None
    assert way.destination == "jane@example.com"
    assert way.code_delivery_details() == {"Destination": "j***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    assert way.challenge_parameters() == {"CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "j***@e***"}


@pytest.mark.parametrize(
    ("attributes", "auto_verified", "expected"),
    [
        pytest.param({"email": "a@b.c"}, ["email"], "email", id="email"),
        pytest.param({"email": "a@b.c", "phone_number": "+123456"}, ["email", "phone_number"], "phone_number", id="both: SMS only"),
        pytest.param({"email": "a@b.c", "phone_number": "+123456"}, ["email"], "email", id="only what the pool verifies"),
        pytest.param({"email": "a@b.c"}, ["phone_number"], None, id="nothing to verify"),
        pytest.param(EMAIL, ["email"], None, id="verified already"),
        pytest.param({"email": "a@b.c"}, [], None, id="the pool verifies nothing"),
    ],
)
def test_a_sign_up_sends_one_code(attributes, auto_verified, expected):
    way = recovery.sign_up_delivery(attributes, auto_verified)
    assert (way and way.attribute_name) == expected


@pytest.mark.parametrize(
    ("setting", "attributes", "mfa", "expected"),
    [
        pytest.param(None, EMAIL | PHONE, [], "phone_number", id="no setting: SMS first"),
        pytest.param(None, EMAIL | PHONE, ["SMS_MFA"], "phone_number", id="no setting: SMS even with SMS MFA"),
        pytest.param(None, EMAIL, [], "email", id="no setting: email without a phone number"),
        pytest.param(EMAIL_FIRST, EMAIL | PHONE, [], "email", id="by priority, not by place"),
        pytest.param(PHONE_FIRST, EMAIL | PHONE, [], "phone_number", id="SMS preferred"),
        pytest.param(PHONE_FIRST, EMAIL | PHONE, ["SMS_MFA"], "email", id="not by SMS with SMS MFA"),
        pytest.param(EMAIL_FIRST, EMAIL | PHONE, ["EMAIL_OTP"], "phone_number", id="not by email with email MFA"),
        pytest.param(PHONE_FIRST, EMAIL | PHONE, ["SOFTWARE_TOKEN_MFA"], "phone_number", id="TOTP takes no way"),
        pytest.param(EMAIL_FIRST, PHONE | {"email": "a@b.c"}, [], "phone_number", id="only verified addresses"),
    ],
)
def test_a_password_reset_goes_to_the_preferred_verified_address(setting, attributes, mfa, expected):
    assert recovery.password_reset_delivery(attributes, setting, mfa=mfa).attribute_name == expected


@pytest.mark.parametrize(
    ("setting", "attributes", "mfa"),
    [(None, {"email": "a@b.c"}, []), (EMAIL_FIRST, {}, []), (PHONE_FIRST, PHONE, ["SMS_MFA"])],
    ids=["not verified", "no address", "only a second factor"],
)
def test_without_a_way_there_is_no_reset(setting, attributes, mfa):
    with pytest.raises(InvalidParameterException) as refused:
        recovery.password_reset_delivery(attributes, setting, mfa=mfa)
    assert refused.value.message == "Cannot reset password for the user as there is no registered/verified email or phone_number"


def test_administrators_may_keep_resets_to_themselves():
    with pytest.raises(NotAuthorizedException) as refused:
        recovery.password_reset_delivery(EMAIL, {"RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}]})
    assert refused.value.message == "Contact administrator to reset password."


@pytest.mark.parametrize(
    ("mediums", "attributes", "expected"),
    [
        (None, EMAIL | PHONE, ["SMS"]),
        (["EMAIL"], EMAIL | PHONE, ["EMAIL"]),
        (["SMS", "EMAIL"], EMAIL | PHONE, ["EMAIL", "SMS"]),
        (None, EMAIL, []),
    ],
    ids=["SMS by default", "email", "both", "no number, no message"],
)
def test_an_invitation_goes_by_each_desired_medium(mediums, attributes, expected):
    assert [way.medium for way in recovery.invitation_deliveries(attributes, mediums)] == expected


@pytest.mark.parametrize(
    ("challenge", "expected"), [("SMS_MFA", "+14155551234"), ("SMS_OTP", "+14155551234"), ("EMAIL_OTP", "jane@example.com")]
)
def test_a_challenge_knows_its_address(challenge, expected):
    way = recovery.challenge_delivery(challenge, EMAIL | PHONE)
    assert way is not None
    assert way.destination == expected
    assert recovery.challenge_delivery(challenge, {}) is None


@pytest.mark.parametrize(
    ("username", "settings", "expected"),
    [
        pytest.param("jane@example.com", {}, ("EMAIL", "j***@e***"), id="an email address is masked"),
        pytest.param("+14155551234", {}, ("SMS", "+*******1234"), id="a phone number is masked"),
    ],
)
def test_a_user_who_does_not_exist_is_told_of_by_the_form_of_his_name(username, settings, expected):
    way = recovery.simulated_delivery(b"secret", username, **settings)
    assert (way.medium, way.masked_destination) == expected
    assert way.destination == ""


def test_a_name_that_tells_nothing_gets_the_pools_medium_and_always_the_same_address():
    by_sms = recovery.simulated_delivery(b"secret", "ghost", account_recovery_setting=PHONE_FIRST, auto_verified=["email"])
    assert by_sms.medium == "SMS"
    assert by_sms == recovery.simulated_delivery(b"secret", "ghost", account_recovery_setting=PHONE_FIRST)
    assert by_sms.masked_destination[:8] == "+*******"
    assert recovery.simulated_delivery(b"secret", "ghost").medium == "EMAIL"
    assert recovery.simulated_delivery(b"secret", "ghost", auto_verified=["phone_number"]).medium == "SMS"
    assert len({recovery.simulated_delivery(b"secret", f"ghost{number}").masked_destination for number in range(20)}) > 5
