"""Going back to what user data was: preview, pause, restoration, and what AWS refuses."""

from typing import Any

import pytest

from tests.operations.authenticator import Authenticator
from tests.operations.factors import mfa_pool, prefer, register_app, respond
from tests.operations.people import NEW_PASSWORD, PASSWORD, Pool, attributes, make_pool
from tests.operations.recoveries import describe, initiate, mark, moment
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox

pytestmark = pytest.mark.databases("sqlite", "postgresql")

PAUSED = ("OperationNotEnabledException", "Write operations are paused while a point-in-time recovery of the user pool is in progress.")


def preview(pool: Pool, recovery_id: str) -> dict[str, tuple[int, int, int]]:
    """Entity to how many are created, updated and deleted."""
    entries = describe(pool, recovery_id)["RestorePreview"]
    return {entry["Entity"]: (entry["CreateCount"], entry["UpdateCount"], entry["DeleteCount"]) for entry in entries}


def start(pool: Pool, recovery_id: str) -> None:
    answer = pool.idp.start_point_in_time_recovery(UserPoolId=pool.id, RestoreId=recovery_id)["Restoration"]
    assert answer["RestoreStatus"] == "RESTORING"
    assert describe(pool, recovery_id)["RestoreStatus"] == "RESTORE_COMPLETED"


def emails(pool: Pool, text: str) -> list[str]:
    """Who is found by this e-mail address."""
    users = pool.idp.list_users(UserPoolId=pool.id, Filter=f'email = "{text}"')["Users"]
    return [user["Username"] for user in users]


def members(pool: Pool, group: str) -> list[str]:
    return sorted(user["Username"] for user in pool.idp.list_users_in_group(UserPoolId=pool.id, GroupName=group)["Users"])


def test_everything_is_what_it_was(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = make_pool(idp, inbox, AliasAttributes=["email"], UsernameConfiguration={"CaseSensitive": False})
    for name in ("ann", "bob", "carl", "eve"):
        pool.enrol(name, email=f"{name}@example.com")
        pool.verify(name, "email")
    idp.create_group(UserPoolId=pool.id, GroupName="staff", Description="before")
    idp.create_group(UserPoolId=pool.id, GroupName="old")
    for name in ("ann", "bob"):
        idp.admin_add_user_to_group(UserPoolId=pool.id, Username=name, GroupName="staff")
    was = {name: pool.user(name) for name in ("ann", "bob", "carl", "eve")}
    point = mark(clock)

    idp.admin_delete_user(UserPoolId=pool.id, Username="ann")
    pool.idp.admin_update_user_attributes(
        UserPoolId=pool.id,
        Username="bob",
        UserAttributes=attributes({"email": "wrong@example.com", "email_verified": "true", "name": "Bob"}),
    )
    idp.admin_remove_user_from_group(UserPoolId=pool.id, Username="bob", GroupName="staff")
    idp.admin_set_user_password(UserPoolId=pool.id, Username="carl", Password=NEW_PASSWORD, Permanent=True)
    pool.enrol("dora", email="dora@example.com")
    idp.update_group(UserPoolId=pool.id, GroupName="staff", Description="after")
    idp.delete_group(UserPoolId=pool.id, GroupName="old")
    idp.create_group(UserPoolId=pool.id, GroupName="new")
    idp.admin_add_user_to_group(UserPoolId=pool.id, Username="dora", GroupName="new")
    with pytest.raises(idp.exceptions.NotAuthorizedException):
        pool.sign_in("eve", "Wrong-Horse-1")  # counted, and yet no change of Eve

    recovery_id = initiate(pool, clock, point)
    assert preview(pool, recovery_id) == {"Users": (1, 1, 1), "Groups": (1, 1, 1), "User MFAs": (0, 0, 0), "Passkeys": (0, 0, 0)}
    start(pool, recovery_id)

    for name in ("ann", "bob", "eve"):
        assert {**pool.user(name), "ResponseMetadata": None} == {**was[name], "ResponseMetadata": None}
    assert pool.sign_in("ANN@example.com", PASSWORD), "with the password and the alias that she had"
    assert emails(pool, "ann@example.com") == ["ann"]
    assert (emails(pool, "bob@example.com"), emails(pool, "wrong@example.com")) == (["bob"], [])
    assert pool.sign_in("bob@example.com")
    assert pool.sign_in("carl", NEW_PASSWORD), "whoever changed the password keeps it"
    with pytest.raises(idp.exceptions.UserNotFoundException):
        pool.user("dora")
    groups = {group["GroupName"]: group.get("Description") for group in idp.list_groups(UserPoolId=pool.id)["Groups"]}
    assert groups == {"staff": "before", "old": None}
    assert members(pool, "staff") == ["ann", "bob"]
    assert pool.enrol("frank"), "writes are on again"


def test_mfa_and_passkeys_come_back(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = mfa_pool(
        idp,
        inbox,
        Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}},
    )
    idp.set_user_pool_mfa_config(
        UserPoolId=pool.id,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
        WebAuthnConfiguration={"RelyingPartyId": "localhost"},
    )
    pool.enrol("ann")
    pool.enrol("bob")
    token = pool.sign_in("ann")
    app = register_app(pool, clock, token)
    prefer(pool, "ann", SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
    passkey = Authenticator()
    options = idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    idp.complete_web_authn_registration(AccessToken=token, Credential=passkey.register(options))
    point = mark(clock)

    prefer(pool, "ann", SoftwareTokenMfaSettings={"Enabled": False})
    [listed] = idp.list_web_authn_credentials(AccessToken=token)["Credentials"]
    idp.delete_web_authn_credential(AccessToken=token, CredentialId=listed["CredentialId"])
    bobs = pool.sign_in("bob")
    options = idp.start_web_authn_registration(AccessToken=bobs)["CredentialCreationOptions"]
    idp.complete_web_authn_registration(AccessToken=bobs, Credential=Authenticator().register(options))

    recovery_id = initiate(pool, clock, point)
    assert preview(pool, recovery_id) == {"Users": (0, 0, 0), "Groups": (0, 0, 0), "User MFAs": (1, 0, 0), "Passkeys": (1, 0, 1)}
    start(pool, recovery_id)

    asked = pool.try_sign_in(username="ann")
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    token = respond(pool, asked, "ann", SOFTWARE_TOKEN_MFA_CODE=app.code())["AuthenticationResult"]["AccessToken"]
    [again] = idp.list_web_authn_credentials(AccessToken=token)["Credentials"]
    assert again == listed


def test_a_deleted_user_returns_with_the_second_factor(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = mfa_pool(idp, inbox)
    pool.enrol("ann")
    app = register_app(pool, clock, pool.sign_in("ann"))
    prefer(pool, "ann", SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
    point = mark(clock)
    idp.admin_delete_user(UserPoolId=pool.id, Username="ann")

    recovery_id = initiate(pool, clock, point)
    assert preview(pool, recovery_id)["Users"] == (1, 0, 0)
    assert preview(pool, recovery_id)["User MFAs"] == (1, 0, 0)
    start(pool, recovery_id)
    asked = pool.try_sign_in(username="ann")
    assert respond(pool, asked, "ann", SOFTWARE_TOKEN_MFA_CODE=app.code())["AuthenticationResult"]


def test_while_a_recovery_is_active_nothing_is_written_and_users_sign_in(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = mfa_pool(idp, inbox)
    for name in ("ann", "bob"):
        pool.enrol(name)
    idp.admin_create_user(UserPoolId=pool.id, Username="carl", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
    app = register_app(pool, clock, pool.sign_in("bob"))
    prefer(pool, "bob", SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
    token = pool.sign_in("ann")
    clock.advance(minutes=20)
    recovery_id = initiate(pool, clock, clock.now() - 60)

    named = {"UserPoolId": pool.id, "Username": "ann"}
    assert refusal(pool.sign_up, username="new") == PAUSED
    assert refusal(idp.admin_create_user, UserPoolId=pool.id, Username="new", MessageAction="SUPPRESS") == PAUSED
    assert refusal(idp.admin_update_user_attributes, **named, UserAttributes=attributes({"name": "Ann"})) == PAUSED
    assert refusal(idp.update_user_attributes, AccessToken=token, UserAttributes=attributes({"name": "Ann"})) == PAUSED
    assert refusal(idp.admin_delete_user, **named) == PAUSED
    assert refusal(idp.admin_disable_user, **named) == PAUSED
    assert refusal(idp.admin_set_user_password, **named, Password=NEW_PASSWORD, Permanent=True) == PAUSED
    assert refusal(idp.create_group, UserPoolId=pool.id, GroupName="new") == PAUSED
    job = {"UserPoolId": pool.id, "JobName": "job", "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/logs"}
    assert refusal(idp.create_user_import_job, **job)[0] == "OperationNotEnabledException"

    assert pool.sign_in("ann")
    assert pool.user("ann")["Username"] == "ann"
    asked = pool.try_sign_in(username="bob")
    assert refusal(lambda: respond(pool, asked, "bob", SOFTWARE_TOKEN_MFA_CODE=app.code())) == PAUSED
    asked = pool.try_sign_in(username="carl")
    assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert refusal(lambda: respond(pool, asked, "carl", NEW_PASSWORD=NEW_PASSWORD)) == PAUSED

    cancelled = idp.cancel_point_in_time_recovery(UserPoolId=pool.id, RestoreId=recovery_id)["Restoration"]
    assert cancelled["RestoreStatus"] == "PREVIEW_CANCELLED"
    assert pool.enrol("new")
    for operation in (idp.cancel_point_in_time_recovery, idp.start_point_in_time_recovery):
        code, message = refusal(operation, UserPoolId=pool.id, RestoreId=recovery_id)
        assert (code, message.rpartition(" ")[2]) == ("InvalidParameterException", "PREVIEW_CANCELLED.")


def test_a_preview_expires_after_a_day_and_writes_go_on(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = make_pool(idp, inbox)
    clock.advance(minutes=20)
    recovery_id = initiate(pool, clock, clock.now() - 60)
    clock.advance(hours=24)
    assert describe(pool, recovery_id)["RestoreStatus"] == "PREVIEW_EXPIRED"
    assert pool.enrol("ann")
    listed = idp.list_point_in_time_recoveries(UserPoolId=pool.id)["Restorations"]
    assert [(one["RestoreId"], one["RestoreStatus"]) for one in listed] == [(recovery_id, "PREVIEW_EXPIRED")]
    assert initiate(pool, clock, clock.now() - 60) != recovery_id


def test_recoveries_are_listed_by_pages_the_most_recent_first(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = make_pool(idp, inbox)
    clock.advance(minutes=20)
    made = []
    for _ in range(3):
        made.append(initiate(pool, clock, clock.now() - 60))
        idp.cancel_point_in_time_recovery(UserPoolId=pool.id, RestoreId=made[-1])
    pages = idp.list_point_in_time_recoveries(UserPoolId=pool.id, MaxResults=2)
    rest = idp.list_point_in_time_recoveries(UserPoolId=pool.id, MaxResults=2, NextToken=pages["NextToken"])
    assert [one["RestoreId"] for one in pages["Restorations"] + rest["Restorations"]] == made[::-1]
    assert "NextToken" not in rest
    code, message = refusal(idp.initiate_point_in_time_recovery, UserPoolId=pool.id, RestoreTimestamp=moment(clock.now() - 1000))
    assert (code, message) == ("LimitExceededException", "Up to 3 recovery previews of a user pool can be created in a 24-hour period.")


def test_one_recovery_at_a_time_and_one_completed_a_day(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = make_pool(idp, inbox)
    clock.advance(minutes=20)
    recovery_id = initiate(pool, clock, clock.now() - 60)
    asked = {"UserPoolId": pool.id, "RestoreTimestamp": moment(clock.now() - 1000)}
    assert refusal(idp.initiate_point_in_time_recovery, **asked)[0] == "ConcurrentModificationException"
    start(pool, recovery_id)
    code, message = refusal(idp.initiate_point_in_time_recovery, **asked)
    assert (code, message) == ("LimitExceededException", "One point-in-time recovery of a user pool can be completed in a 24-hour period.")


@pytest.mark.parametrize(
    ("age", "message"),
    [
        (5 * 60, "RestoreTimestamp must be at least 15 minutes in the past."),
        (25 * 3600, "RestoreTimestamp must be within the last 1 day in the ESSENTIALS tier."),
        (80 * 3600, "RestoreTimestamp can't be earlier than the creation time of the user pool."),
    ],
)
def test_a_recovery_reaches_so_far_and_no_farther(idp: Any, inbox: Inbox, clock: Clock, age: float, message: str) -> None:
    pool = make_pool(idp, inbox)
    clock.advance(hours=72)
    asked = {"UserPoolId": pool.id, "RestoreTimestamp": moment(clock.now() - age)}
    assert refusal(idp.initiate_point_in_time_recovery, **asked) == ("InvalidParameterException", message)


def test_the_plus_tier_reaches_back_fourteen_days_and_lite_not_at_all(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = make_pool(idp, inbox, UserPoolTier="PLUS")
    pool.enrol("ann")
    point = mark(clock)
    idp.admin_delete_user(UserPoolId=pool.id, Username="ann")
    clock.advance(days=13)
    start(pool, initiate(pool, clock, point))
    assert pool.sign_in("ann")

    lite = make_pool(idp, inbox, UserPoolTier="LITE")
    code, _ = refusal(idp.list_point_in_time_recoveries, UserPoolId=lite.id)
    assert code == "FeatureUnavailableInTierException"


def test_a_pool_that_is_being_recovered_can_be_deleted(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = make_pool(idp, inbox)
    pool.enrol("ann")
    clock.advance(minutes=20)
    initiate(pool, clock, clock.now() - 60)
    idp.delete_user_pool(UserPoolId=pool.id)
    assert refusal(idp.list_point_in_time_recoveries, UserPoolId=pool.id)[0] == "ResourceNotFoundException"


def test_an_unknown_recovery_is_not_found(idp: Any, inbox: Inbox) -> None:
    pool = make_pool(idp, inbox)
    other = "00000000-0000-4000-8000-000000000000"
    expected = ("ResourceNotFoundException", f"Point-in-time recovery {other} does not exist.")
    for operation in (
        idp.describe_point_in_time_recovery,
        idp.start_point_in_time_recovery,
        idp.cancel_point_in_time_recovery,
    ):
        assert refusal(operation, UserPoolId=pool.id, RestoreId=other) == expected
