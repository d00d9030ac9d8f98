"""AssumeRoleWithSAML: a role for whom a SAML provider vouches.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

from cognito_emu.call import Call
from cognito_emu.errors import ExpiredTokenException, InvalidIdentityTokenException
from cognito_emu.login_tokens import ExpiredLoginTokenError, LoginTokenError
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.sts.roles import AccessDenied, assumed_role_user, render_credentials, role_session
from cognito_emu.operations.sts.temporary_credentials import issue_credentials
from cognito_emu.operations.sts.trusted_roles import is_trusted, of_saml_provider
from cognito_emu.records import replace
from cognito_emu.store.iam import SAML_PROVIDER, IamEntity

if TYPE_CHECKING:
    from cognito_emu.login_tokens.saml import SamlIdentity

_SESSION_NAME = r"[a-zA-Z_0-9+=,.@-]{2,64}"


@operation("AssumeRoleWithSAML", service="sts")
async def assume_role_with_saml(call: Call, request: Request) -> Response:
    """Credentials of a role for the bearer of an assertion that names the role."""
    provider, identity = await _identity(call, request)
    session_name = _session_name(identity)
    role_request = {**request, "RoleSessionName": session_name}
    session = replace(role_session(role_request), tags=identity.tags)
    claims = {"aud": identity.recipient, "iss": identity.issuer, "sub": identity.subject, "sub_type": identity.subject_type}
    principal = of_saml_provider(provider.arn, claims, identity.tags)
    named = (request["RoleArn"], request["PrincipalArn"]) in identity.roles
    if not named or not await is_trusted(call, request["RoleArn"], principal):
        raise AccessDenied("Not authorized to perform sts:AssumeRoleWithSAML")
    issued = await issue_credentials(call.parts, session)
    return {
        "Credentials": render_credentials(issued),
        "AssumedRoleUser": assumed_role_user(role_request),
        "Subject": identity.subject,
        "SubjectType": identity.subject_type,
        "Issuer": identity.issuer,
        "Audience": identity.recipient,
        "NameQualifier": _name_qualifier(provider, identity),
        "SourceIdentity": next(iter(identity.aws_values("SourceIdentity")), None),
    }


async def _identity(call: Call, request: Request) -> tuple[IamEntity, SamlIdentity]:
    # XML signatures take a while to load, and few servers need them.
    from cognito_emu.login_tokens.saml import verify_assertion  # noqa: PLC0415

    provider = await call.store.read(lambda tx: tx.iam.by_arn(request["PrincipalArn"]))
    if provider is None or provider.kind != SAML_PROVIDER:
        raise InvalidIdentityTokenException("Specified provider doesn't exist")
    try:
        return provider, verify_assertion(provider, request["SAMLAssertion"], region=call.tenant.region, now=call.env.now())
    except ExpiredLoginTokenError as error:
        raise ExpiredTokenException(str(error)) from error
    except LoginTokenError as error:
        # Assumption: sentences other than "Response signature invalid" and "Issuer not present in specified provider".
        raise InvalidIdentityTokenException(_SENTENCES.get(str(error), str(error))) from error


_RECEIVED = "Invalid SAML response received: "
_SENTENCES = {
    f"{_RECEIVED}SAML Assertion signature is invalid.": "Response signature invalid",
    f"{_RECEIVED}Issuer is another.": "Issuer not present in specified provider",
}


def _session_name(identity: SamlIdentity) -> str:
    names = identity.aws_values("RoleSessionName")
    if not names:
        raise InvalidIdentityTokenException("RoleSessionName is required in AuthnResponse")
    if not re.fullmatch(_SESSION_NAME, names[0]):
        # MicrosoftDocs/azure-docs#45025
        raise InvalidIdentityTokenException(f"RoleSessionName in AuthnResponse must match {_SESSION_NAME}")
    return names[0]


def _name_qualifier(provider: IamEntity, identity: SamlIdentity) -> str:
    """`BASE64 ( SHA1 ( issuer + account + "/" + provider name ) )`, as the API reference has it."""
    text = f"{identity.issuer}{provider.account}/{provider.name}"
    return base64.b64encode(hashlib.sha1(text.encode()).digest()).decode()  # noqa: S324 - a name, no protection
