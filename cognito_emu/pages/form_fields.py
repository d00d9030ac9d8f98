"""The fields of forms: which attributes are asked for, and by which kind of input."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cognito_emu.domain.aliases import SignInNames
from cognito_emu.domain.password_policy import PasswordPolicy
from cognito_emu.domain.user_attributes import writable_attributes
from cognito_emu.pages.languages import Texts
from cognito_emu.records import Record
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.user_pools import UserPool

# HTML, "Autofill": what browsers and password managers fill in.
_AUTOCOMPLETE = {
    "address": "street-address",
    "birthdate": "bday",
    "email": "email",
    "family_name": "family-name",
    "gender": "sex",
    "given_name": "given-name",
    "locale": "language",
    "middle_name": "additional-name",
    "name": "name",
    "nickname": "nickname",
    "phone_number": "tel",
    "picture": "photo",
    "website": "url",
}
_INPUT_TYPE = {
    "birthdate": "date",
    "email": "email",
    "phone_number": "tel",
    "picture": "url",
    "profile": "url",
    "updated_at": "number",
    "website": "url",
}
# The form of classic pages' names. Assumption: from memory of browser tests; AWS does not document its forms.
_ATTRIBUTE_FIELD = "requiredAttributes[{}]"


class Field(Record, kw_only=True):
    """An input with its label.

    Attributes:
        id: Its id in the document.
        name: Its name in the form.
    """

    id: str
    name: str
    label: str
    type: str = "text"
    autocomplete: str = "off"
    value: str = ""
    hint: str = ""
    required: bool = True
    minlength: str = ""
    maxlength: str = ""
    inputmode: str = ""
    focus: bool = False
    invalid: bool = False


def username_field(pool: UserPool, texts: Texts, *, field_id: str, value: str, passkeys: bool = False, invalid: bool = False) -> Field:
    """The name by which a user signs in: in pools of email addresses or phone numbers, one of these."""
    names = SignInNames.from_pool(pool.settings)
    only = next(iter(names.username_attributes)) if len(names.username_attributes) == 1 else None
    return Field(
        id=field_id,
        name="username",
        label=sign_in_name(pool, texts),
        type=_INPUT_TYPE.get(only or "", "text"),
        autocomplete="username webauthn" if passkeys else "username",
        value=value,
        hint=texts("phone_hint") if only == "phone_number" else "",
        focus=not value,
        invalid=invalid,
    )


def sign_in_name(pool: UserPool, texts: Texts) -> str:
    """What the pool's sign-in names are called."""
    kinds = SignInNames.from_pool(pool.settings).username_attributes
    if len(kinds) == 2:  # noqa: PLR2004 - there are two kinds
        return texts("email_or_phone")
    return texts({"email": "email_address", "phone_number": "phone_number"}[next(iter(kinds))] if kinds else "username")


def sign_up_fields(pool: UserPool, client: AppClient, texts: Texts, typed: Mapping[str, str]) -> list[Field]:
    """What a sign-up asks beside name and password: the required attributes that the client may write."""
    schema = {attribute["Name"]: attribute for attribute in pool.settings["SchemaAttributes"]}
    writable = writable_attributes(schema.values(), client.settings.get("WriteAttributes"))
    names = SignInNames.from_pool(pool.settings).username_attributes
    by_name = next(iter(names)) if len(names) == 1 else None  # the name itself fills it
    required = [name for name, attribute in schema.items() if attribute["Required"] and name in writable and name != by_name]
    # Assumption: an address that the pool verifies is asked for, though it need not be given: without it no code could be sent.
    verified = [] if names else [name for name in pool.settings.get("AutoVerifiedAttributes", ()) if name in writable]
    optional = [name for name in verified if name not in required][:1] if not {*verified} & {*required} else []
    return [
        *(_attribute_field(schema[name], texts, typed, required=name not in names) for name in required),
        *(_attribute_field(schema[name], texts, typed, required=False) for name in optional),
    ]


def address_field(name: str, texts: Texts, *, value: str) -> Field:
    """The field for an address at which codes shall arrive: `phone_number` or `email`."""
    return Field(
        id=name.replace("_", "-"),
        name=name,
        label=texts.attribute(name),
        type=_INPUT_TYPE[name],
        autocomplete=_AUTOCOMPLETE[name],
        value=value,
        hint=texts("phone_hint") if name == "phone_number" else "",
        focus=True,
    )


def missing_fields(pool: UserPool, names: Iterable[str], texts: Texts, typed: Mapping[str, str]) -> list[Field]:
    """Fields for attributes that a user must still give."""
    schema = {attribute["Name"]: attribute for attribute in pool.settings["SchemaAttributes"]}
    return [_attribute_field(schema[name], texts, typed, required=True) for name in names if name in schema]


def attributes_of(form: Mapping[str, str]) -> dict[str, str]:
    """The attributes in a form that have a value."""
    prefix, suffix = _ATTRIBUTE_FIELD.split("{}")
    return {
        name.removeprefix(prefix).removesuffix(suffix): value for name, value in form.items() if name.startswith(prefix) and value.strip()
    }


class PasswordRule(Record):
    """A rule of the pool's policy, as the page shows and, while the user types, ticks it off."""

    kind: str
    text: str
    count: int = 0


def password_rules(pool: UserPool, texts: Texts) -> list[PasswordRule]:
    """The rules of the pool's password policy."""
    policy = PasswordPolicy.from_model(pool.settings.get("Policies", {}).get("PasswordPolicy"))
    kinds = {
        "lowercase": policy.require_lowercase,
        "uppercase": policy.require_uppercase,
        "number": policy.require_numbers,
        "symbol": policy.require_symbols,
    }
    length = PasswordRule("length", texts("rule_length", count=policy.minimum_length), policy.minimum_length)
    return [length, *(PasswordRule(kind, texts(f"rule_{kind}")) for kind, demanded in kinds.items() if demanded)]


def _attribute_field(attribute: Mapping[str, Any], texts: Texts, typed: Mapping[str, str], *, required: bool) -> Field:
    name = attribute["Name"]
    constraints = attribute.get("StringAttributeConstraints") or {}
    kind = "number" if attribute["AttributeDataType"] == "Number" else _INPUT_TYPE.get(name, "text")
    return Field(
        id=f"attribute-{name.replace(':', '-')}",
        name=_ATTRIBUTE_FIELD.format(name),
        label=texts.attribute(name),
        type=kind,
        autocomplete=_AUTOCOMPLETE.get(name, "off"),
        value=typed.get(name, ""),
        hint=texts("phone_hint") if name == "phone_number" else "",
        required=required,
        # A date's length is its form's business.
        minlength=constraints.get("MinLength", "") if kind != "date" and constraints.get("MinLength") != "0" else "",
        maxlength=constraints.get("MaxLength", "") if kind != "date" else "",
    )
