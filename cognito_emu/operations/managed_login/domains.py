"""Domains of user pools, under which the OAuth endpoints and the hosted pages are found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.tiers import require_tier
from cognito_emu.errors import InvalidParameterException, ResourceNotFoundException
from cognito_emu.operations.lookup import require_pool
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.domains import UserPoolDomain
from cognito_emu.store.user_pools import UserPool

_RESERVED_WORDS = ("aws", "amazon", "cognito")
_CUSTOM_FORMAT = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LEAST_DOTS = 2
_CLASSIC, _MANAGED = 1, 2
_FORMAT = r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$"


@operation("CreateUserPoolDomain")
async def create_user_pool_domain(call: Call, request: Request) -> Response:
    """Give a pool a prefix of AWS's domain, or a domain of its own. It is in force at once."""
    custom = "CustomDomainConfig" in request
    _check_name(request["Domain"], custom=custom)
    domain = UserPoolDomain(
        region=call.tenant.region,
        domain=request["Domain"],
        pool_id=request["UserPoolId"],
        custom=custom,
        settings=_settings(call, request),
        created_at=call.env.now(),
    )

    def write(tx: Tx) -> None:
        _check_version(call, require_pool(call, tx, domain.pool_id), domain.settings)
        _check_free(tx, domain)
        tx.domains.add(domain)

    await call.store.transact(write)
    return _render_change(domain)


@operation("DescribeUserPoolDomain")
async def describe_user_pool_domain(call: Call, request: Request) -> Response:
    """Show a domain. One that does not exist is described by nothing, and that is no error."""

    def look_up(tx: Tx) -> tuple[UserPoolDomain, UserPool] | None:
        return next(_of_tenant(call, tx, request["Domain"]), None)

    found = await call.store.read(look_up)
    return {"DomainDescription": _render(*found) if found else {}}


@operation("UpdateUserPoolDomain")
async def update_user_pool_domain(call: Call, request: Request) -> Response:
    """Change a domain's branding version, certificate or routing; its name stays."""

    def write(tx: Tx) -> UserPoolDomain:
        pool = require_pool(call, tx, request["UserPoolId"])
        domain = _require(tx, pool, request["Domain"])
        if "CustomDomainConfig" in request and not domain.custom:
            # Assumption: the sentence. A prefix domain has AWS's certificate.
            raise InvalidParameterException("CustomDomainConfig cannot be set for a prefix domain.")
        settings = domain.settings | _settings(call, request, version=domain.settings["ManagedLoginVersion"])
        _check_version(call, pool, settings)
        tx.domains.update(domain, settings)
        return _require(tx, pool, request["Domain"])

    return _render_change(await call.store.transact(write))


@operation("DeleteUserPoolDomain")
async def delete_user_pool_domain(call: Call, request: Request) -> Response:
    """Take a domain from a pool; what was reached by it no longer is."""

    def write(tx: Tx) -> None:
        tx.domains.delete(_require(tx, require_pool(call, tx, request["UserPoolId"]), request["Domain"]))

    await call.store.transact(write)
    return {}


def domain_members(domains: Sequence[UserPoolDomain]) -> dict[str, str]:
    """`Domain` (the prefix) and `CustomDomain` of the model's UserPoolType."""
    return {"CustomDomain" if domain.custom else "Domain": domain.domain for domain in domains}


def _settings(call: Call, request: Request, *, version: int = _CLASSIC) -> dict[str, Any]:
    settings = {"ManagedLoginVersion": request.get("ManagedLoginVersion", version)}
    settings |= {name: request[name] for name in ("CustomDomainConfig", "Routing") if name in request}
    if "CustomDomainConfig" in request:
        _check_certificate(call, request["CustomDomainConfig"]["CertificateArn"])
        settings["CloudFrontDistribution"] = f"{call.env.random_text(14, 'abcdefghijklmnopqrstuvwxyz0123456789')}.cloudfront.net"
    return settings


def _check_name(name: str, *, custom: bool) -> None:
    """The sentences are AWS's (badmintoncryer/cdk-preflight, pf-cognito-custom-domain-fqdn and pf-cognito-domain-*)."""
    if custom:
        # AWS asks the DNS for the parent; names that resolve nowhere are useful here. A parent of one label stands for a top-level domain.
        parentless = name.count(".") < _LEAST_DOTS and not name.endswith(".localhost")
        if parentless or not re.fullmatch(_CUSTOM_FORMAT, name):
            raise InvalidParameterException(
                "Custom domain is not a valid subdomain: Was not able to resolve a DNS A record for the parent domain or domain parent is "
                "a top-level domain."
            )
        return
    if not re.fullmatch(_FORMAT, name):
        raise InvalidParameterException(
            "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens. "
            f"Please enter a different name that follows this format: {_FORMAT}"
        )
    # A word inside of a longer one passes (measured by badmintoncryer/cdk-preflight, pf-cognito-domain-reserved-word).
    for word in _RESERVED_WORDS:
        if word in name.split("-"):
            raise InvalidParameterException(f"Domain cannot contain reserved word: {word}")


def _check_certificate(call: Call, arn: str) -> None:
    """CloudFront knows certificates of one region only (badmintoncryer/cdk-preflight, pf-cognito-custom-domain-cert-region)."""
    _, partition, _, region, *_ = arn.split(":")
    if partition == "aws" and region != "us-east-1":
        raise InvalidParameterException(
            "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate "
            f"chain. (Service: CloudFront, Status Code: 400, Request ID: {call.env.uuid()})"
        )


def _check_version(call: Call, pool: UserPool, settings: dict[str, Any]) -> None:
    version = settings["ManagedLoginVersion"]
    if version not in {_CLASSIC, _MANAGED}:
        # Assumption: the sentence. The two versions are the API reference's.
        raise InvalidParameterException("ManagedLoginVersion must be 1 or 2.")
    if version == _MANAGED:
        require_tier(pool.settings, "ESSENTIALS", "Managed Login Version 2", lenient=call.settings.tiers == "lenient")


def _check_free(tx: Tx, domain: UserPoolDomain) -> None:
    # A prefix is unique in its region, over all accounts; a custom domain is a name of the DNS and so unique everywhere.
    if any(domain.custom or taken.custom or taken.region == domain.region for taken in tx.domains.find(domain.domain)):
        raise InvalidParameterException("Domain already associated with another user pool.")
    if any(present.custom == domain.custom for present in tx.domains.of_pool(domain.pool_id)):
        # Assumption: the sentence. One prefix and one custom domain a pool are documented.
        raise InvalidParameterException("User pool already has a domain configured.")


def _require(tx: Tx, pool: UserPool, name: str) -> UserPoolDomain:
    domain = next((domain for domain in tx.domains.of_pool(pool.id) if domain.domain == name), None)
    if domain is None:
        # Assumption: the code is that of the model's list which fits; the sentence is AWS's in the console.
        raise ResourceNotFoundException("No such domain or user pool exists.")
    return domain


def _of_tenant(call: Call, tx: Tx, name: str) -> Any:
    for domain in tx.domains.find(name):
        pool = tx.user_pools.get(domain.pool_id)
        if pool is not None and (pool.account, pool.region) == (call.tenant.account, call.tenant.region):
            yield domain, pool


def _render_change(domain: UserPoolDomain) -> dict[str, Any]:
    return {
        "ManagedLoginVersion": domain.settings["ManagedLoginVersion"],
        "CloudFrontDomain": domain.settings.get("CloudFrontDistribution"),
        "Routing": domain.settings.get("Routing"),
    }


def _render(domain: UserPoolDomain, pool: UserPool) -> dict[str, Any]:
    """The model's DomainDescriptionType."""
    return {
        "UserPoolId": pool.id,
        "AWSAccountId": pool.account,
        "Domain": domain.domain,
        # Assumption: the form of the two names that have no meaning outside of AWS.
        "S3Bucket": f"aws-cognito-prod-{domain.region}-assets",
        "CloudFrontDistribution": domain.settings.get("CloudFrontDistribution"),
        "Version": str(int(domain.created_at)),
        "Status": "ACTIVE",
        "CustomDomainConfig": domain.settings.get("CustomDomainConfig", {}),
        "ManagedLoginVersion": domain.settings["ManagedLoginVersion"],
        "Routing": domain.settings.get("Routing"),
    }
