"""What becomes of `email` and `phone_number`, and of their verification, when a user's attributes are changed.

Source: developer guide, "Verifying updates to email addresses and phone numbers"; API reference, UpdateUserAttributes and
AdminUpdateUserAttributes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cognito_emu.errors import InvalidParameterException
from cognito_emu.records import Record, replace

CONTACT_ATTRIBUTES = ("email", "phone_number")


class AttributeUpdate(Record):
    """What a change comes to.

    Attributes:
        attributes: All of the user's from now on.
        pending: New values that take effect when they are verified.
        to_verify: Where codes go: attribute to the value that its code proves.
        outdated: Attributes of which a code sent earlier proves nothing any more.
    """

    attributes: dict[str, str]
    pending: dict[str, str]
    to_verify: dict[str, str]
    outdated: frozenset[str]


def update_attributes(
    attributes: Mapping[str, str],
    pending: Mapping[str, str],
    given: Mapping[str, str],
    *,
    auto_verified: Collection[str],
    before_update: Collection[str],
) -> AttributeUpdate:
    """Apply `given`, which has passed the checks, to a user's attributes.

    Args:
        attributes: Those the user has.
        pending: Values that wait for their verification.
        given: New values; an empty one deletes. An administrator's may contain `email_verified` and `phone_number_verified`.
        auto_verified: The pool's AutoVerifiedAttributes.
        before_update: Its AttributesRequireVerificationBeforeUpdate.

    Raises:
        InvalidParameterException: An address is to be verified that the user doesn't have.
    """
    update = AttributeUpdate(dict(attributes), dict(pending), {}, frozenset())
    plain = {name: value for name, value in given.items() if name not in CONTACT_ATTRIBUTES}
    for name in CONTACT_ATTRIBUTES:
        flag = f"{name}_verified"
        vouched_for = plain.get(flag, "").lower() == "true"
        value = given.get(name)
        if value is None and vouched_for:
            # "You can also call the AdminUpdateUserAttributes API and set email_verified or phone_number_verified to true" to verify an
            # updated address. (API reference, UserAttributeUpdateSettingsType)
            value = pending.get(name)
        if value is not None:
            update = _change(update, name, value, vouched_for=vouched_for, waits=name in before_update, sends=name in auto_verified)
        if vouched_for and name not in update.attributes:
            # Assumption: the sentence. That the flag needs a value is documented for AdminCreateUser.
            raise InvalidParameterException(f"{name} is required when {flag} is true.")
        if name in update.pending or name not in update.attributes:
            plain.pop(flag, None)  # it speaks of a value that is not in force
    for name, value in plain.items():
        if value:
            update.attributes[name] = value
        else:
            update.attributes.pop(name, None)
    return update


def verify_attribute(attributes: Mapping[str, str], pending: Mapping[str, str], name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Attributes and pending values after the code for `name` was right: the pending value, if there is one, is in force now."""
    still_pending = {other: value for other, value in pending.items() if other != name}
    proved = {name: pending[name]} if name in pending else {}
    return dict(attributes) | proved | {f"{name}_verified": "true"}, still_pending


def _change(update: AttributeUpdate, name: str, value: str, *, vouched_for: bool, waits: bool, sends: bool) -> AttributeUpdate:
    flag, present = f"{name}_verified", update.attributes.get(name, "")
    if value == present and name not in update.pending:
        return update  # nothing is changed, so nothing is to be verified (aws-amplify/amplify-js issue 987)
    still_pending = {other: waiting for other, waiting in update.pending.items() if other != name}
    update = replace(update, pending=still_pending, outdated=update.outdated | {name})
    if value == present:
        return update  # what was pending is taken back
    if not value:
        return replace(update, attributes={other: text for other, text in update.attributes.items() if other not in {name, flag}})
    if waits and not vouched_for:
        return replace(update, pending=still_pending | {name: value}, to_verify=update.to_verify | {name: value})
    update = replace(update, attributes=update.attributes | {name: value, flag: "true" if vouched_for else "false"})
    return replace(update, to_verify=update.to_verify | {name: value}) if sends and not vouched_for else update
