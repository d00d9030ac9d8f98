"""AWS::Cognito::UserPool: CreateUserPool, UpdateUserPool, SetUserPoolMfaConfig and AddCustomAttributes behind one set of properties.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typing_extensions import override

from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.resources.base import Properties, ResourceType, Step
from cognito_emu.cloudformation.resources.operate import input_members, shaped
from cognito_emu.protocol.service_models import StructureShape, load_service_model

_MFA_PROPERTIES = frozenset(
    {
        "EmailAuthenticationMessage",
        "EmailAuthenticationSubject",
        "EnabledMfas",
        "WebAuthnFactorConfiguration",
        "WebAuthnRelyingPartyID",
        "WebAuthnUserVerification",
    }
)
_WEB_AUTHN = {
    "WebAuthnRelyingPartyID": "RelyingPartyId",
    "WebAuthnUserVerification": "UserVerification",
    "WebAuthnFactorConfiguration": "FactorConfiguration",
}
# UpdateUserPool keeps these where a request leaves them out; a template that has them no more means their defaults.
_RESET: Mapping[str, Any] = {
    "AccountRecoverySetting": {},
    "DeletionProtection": "INACTIVE",
    "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
    "MfaConfiguration": "OFF",
    "Policies": {"PasswordPolicy": {}, "SignInPolicy": {}},
    "UserPoolTags": {},
    "UserPoolTier": "ESSENTIALS",
}


class UserPoolType(ResourceType):
    """A user pool."""

    name = "AWS::Cognito::UserPool"
    properties = (
        (input_members("cognito-idp", "CreateUserPool") - {"PoolName", "AcrConfiguration", "DcrConfiguration"})
        | _MFA_PROPERTIES
        | {"UserPoolName"}
    )
    frozen = frozenset({"AliasAttributes", "UsernameAttributes", "UsernameConfiguration"})
    tagged = True
    readable = True

    @override
    def shape(self, properties: Properties) -> Properties:
        shape = load_service_model("cognito-idp").operation_model("CreateUserPool").input_shape
        assert isinstance(shape, StructureShape)
        typed: Properties = shaped(shape, properties)
        return typed

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        pool = await self._made_before_the_crash(step) if step.resumed else None
        if pool is None:
            request = self._request(step, properties)
            request.setdefault("PoolName", step.new_name())
            pool = (await step.operate("CreateUserPool", request))["UserPool"]
        step.physical_id = pool["Id"]
        step.attributes = _attributes(step, pool)
        await self._set_mfa(step, {}, properties)

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        added = _added_attributes(old.get("Schema", []), new.get("Schema", []), undoing=step.undoing)
        reset = {name: value for name, value in _RESET.items() if name in old and name not in new}
        request = reset | self._request(step, new) | {"UserPoolId": step.physical_id}
        await step.operate("UpdateUserPool", request)
        if added:
            await step.operate("AddCustomAttributes", {"UserPoolId": step.physical_id, "CustomAttributes": added})
        await self._set_mfa(step, old, new)

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        await step.remove("DeleteUserPool", {"UserPoolId": step.physical_id})

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        named = {"UserPoolId": step.physical_id}
        response, mfa = await step.show("DescribeUserPool", named), await step.show("GetUserPoolMfaConfig", named)
        if response is None or mfa is None:
            return None
        pool = response["UserPool"]
        shown = {name: value for name, value in pool.items() if name in self.properties}
        shown |= {"UserPoolName": pool["Name"], "Schema": _shown_schema(pool["SchemaAttributes"], properties.get("Schema", []))}
        return shown | _shown_mfa(mfa, properties)

    def _request(self, step: Step, properties: Properties) -> Properties:
        request = {name: value for name, value in properties.items() if name not in _MFA_PROPERTIES}
        if "UserPoolName" in request:
            request["PoolName"] = request.pop("UserPoolName")
        if step.tags or "UserPoolTags" in request:
            request["UserPoolTags"] = {**step.tags, **request.get("UserPoolTags", {})}
        if "EnabledMfas" in properties:
            # Which factors there are is said by SetUserPoolMfaConfig; without them CreateUserPool would demand SMS.
            request.pop("MfaConfiguration", None)
        return request

    async def _set_mfa(self, step: Step, old: Properties, new: Properties) -> None:
        if _MFA_PROPERTIES & (old.keys() | new.keys()):
            await step.operate("SetUserPoolMfaConfig", {"UserPoolId": step.physical_id, **_mfa_config(new)})

    async def _made_before_the_crash(self, step: Step) -> dict[str, Any] | None:
        pool_id = step.drawing("CreateUserPool").env.user_pool_id(step.call.tenant.region)
        try:
            pool: dict[str, Any] = (await step.operate("DescribeUserPool", {"UserPoolId": pool_id}))["UserPool"]
        except ResourceFailure:
            return None
        return pool


def _attributes(step: Step, pool: Mapping[str, Any]) -> dict[str, Any]:
    provider = f"cognito-idp.{step.call.tenant.region}.amazonaws.com/{pool['Id']}"
    return {"Arn": pool["Arn"], "UserPoolId": pool["Id"], "ProviderName": provider, "ProviderURL": f"https://{provider}"}


def _mfa_config(properties: Properties) -> dict[str, Any]:
    """SetUserPoolMfaConfig's members; it refuses factors while MFA is off (badmintoncryer/cdk-preflight, pf-cognito-mfa-off-*)."""
    mode = properties.get("MfaConfiguration", "OFF")
    factors = properties.get("EnabledMfas", [])
    if not factors and mode != "OFF" and "SmsConfiguration" in properties:
        factors = ["SMS_MFA"]
    config: dict[str, Any] = {"MfaConfiguration": mode}
    if "SMS_MFA" in factors:
        names = ("SmsAuthenticationMessage", "SmsConfiguration")
        config["SmsMfaConfiguration"] = {name: properties[name] for name in names if name in properties}
    if "SOFTWARE_TOKEN_MFA" in factors:
        config["SoftwareTokenMfaConfiguration"] = {"Enabled": True}
    if "EMAIL_OTP" in factors:
        texts = {"Message": "EmailAuthenticationMessage", "Subject": "EmailAuthenticationSubject"}
        config["EmailMfaConfiguration"] = {name: properties[source] for name, source in texts.items() if source in properties}
    web_authn = {member: properties[name] for name, member in _WEB_AUTHN.items() if name in properties}
    return config | ({"WebAuthnConfiguration": web_authn} if web_authn else {})


def _added_attributes(old: list[dict[str, Any]], new: list[dict[str, Any]], *, undoing: bool) -> list[dict[str, Any]]:
    """Schema entries to add: a schema only grows, on AWS too when an update is rolled back."""
    before, after = ({entry.get("Name"): entry for entry in entries} for entries in (old, new))
    if undoing:
        return []
    if any(after.get(name) != entry for name, entry in before.items()):
        raise ResourceFailure("Existing schema attributes cannot be modified or deleted.")
    added = [entry for name, entry in after.items() if name not in before]
    if any("AttributeDataType" not in entry for entry in added):
        raise ResourceFailure("Invalid AttributeDataType input, consider using the provided AttributeDataType enum.")
    return added


def _shown_schema(attributes: list[dict[str, Any]], declared: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A pool's attributes as a template lists them: custom ones without their prefix, standard ones only where they are listed."""
    names = {entry.get("Name") for entry in declared}
    schema = []
    for attribute in attributes:
        bare = attribute["Name"].removeprefix("dev:").removeprefix("custom:")
        name = attribute["Name"] if attribute["Name"] in names else bare
        if name in names or name != attribute["Name"]:
            schema.append({**attribute, "Name": name})
    return schema


def _shown_mfa(config: Mapping[str, Any], declared: Properties) -> Properties:
    """What GetUserPoolMfaConfig shows, in the template's names; while MFA is off, a template may name factors that nothing shows."""
    email, sms = config.get("EmailMfaConfiguration"), config.get("SmsMfaConfiguration")
    factors = ["SMS_MFA"] * (sms is not None) + ["EMAIL_OTP"] * (email is not None)
    factors += ["SOFTWARE_TOKEN_MFA"] * bool(config.get("SoftwareTokenMfaConfiguration", {}).get("Enabled"))
    shown: Properties = {"EnabledMfas": factors}
    texts = {"EmailAuthenticationMessage": "Message", "EmailAuthenticationSubject": "Subject"}
    shown |= {name: email[member] for name, member in texts.items() if email and member in email}
    if config.get("MfaConfiguration", "OFF") == "OFF":
        shown |= {name: declared[name] for name in ("EnabledMfas", *texts) if name in declared}
    web_authn = config.get("WebAuthnConfiguration", {})
    return shown | {name: web_authn[member] for name, member in _WEB_AUTHN.items() if member in web_authn}
