"""Each type of AWS::Cognito: made as its template says in every property, changed in place, replaced, deleted.

User pools and app clients, whose properties are many, have test_properties.py.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cognito_emu.cloudformation.resources import find_type, known_types
from tests.cloudformation.stacks import assert_status, body, outputs_of
from tests.support.control import Clock
from tests.support.server import Server

ROLE = "arn:aws:iam::123456789012:role/r"
OTHER_ROLE = "arn:aws:iam::123456789012:role/other"
KEY = "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"
LOGS = "arn:aws:logs:us-east-1:123456789012:log-group:/cognito/shop"
PICTURE = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode()

POOL = {"Ref": "Pool"}
OTHER_POOL = {"Ref": "OtherPool"}
CLIENT = {"Ref": "Client"}
OTHER_CLIENT = {"Ref": "OtherClient"}
IDENTITY_POOL = {"Ref": "IdentityPool"}

Shown = dict[str, Any] | None


@dataclass(frozen=True)
class Apis:
    """The services' clients, and what the surroundings are called."""

    idp: Any
    identity: Any
    names: dict[str, str]


@dataclass(frozen=True)
class Case:
    """One type.

    Attributes:
        properties: Every property that the type has, but for `unseen`.
        read: What the service shows, in the names of the properties, given the resource's `Ref` and its properties; None when it is gone.
        changed: Properties that change in place.
        replaced: Properties whose change makes a new resource.
        ref: What `Ref` gives, with the surroundings' names and `{ref}` filled in.
        attributes: What `Fn::GetAtt` gives, in the same way.
        unseen: Properties that nothing shows.
    """

    type: str
    properties: dict[str, Any]
    read: Callable[[Apis, str, dict[str, Any]], Shown]
    changed: dict[str, Any] | None = None
    replaced: dict[str, Any] | None = None
    ref: str = "{ref}"
    attributes: dict[str, str] = field(default_factory=dict)
    unseen: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The type without its service."""
        return self.type.removeprefix("AWS::Cognito::")


def _user(apis: Apis, ref: str, wanted: dict[str, Any]) -> Shown:
    user = apis.idp.admin_get_user(UserPoolId=wanted["UserPoolId"], Username=ref)
    attributes = [each for each in user["UserAttributes"] if each["Name"] != "sub"]
    return {"UserPoolId": wanted["UserPoolId"], "Username": user["Username"], "UserAttributes": attributes}


def _membership(apis: Apis, ref: str, wanted: dict[str, Any]) -> Shown:
    groups = apis.idp.admin_list_groups_for_user(UserPoolId=wanted["UserPoolId"], Username=wanted["Username"])["Groups"]
    return wanted if wanted["GroupName"] in [group["GroupName"] for group in groups] else None


def _domain(apis: Apis, ref: str, wanted: dict[str, Any]) -> Shown:
    shown: dict[str, Any] = apis.idp.describe_user_pool_domain(Domain=ref)["DomainDescription"]
    return shown or None


def _risk(apis: Apis, ref: str, wanted: dict[str, Any]) -> Shown:
    shown = apis.idp.describe_risk_configuration(UserPoolId=wanted["UserPoolId"], ClientId=wanted["ClientId"])["RiskConfiguration"]
    own = {name: value for name, value in shown.items() if name.endswith("Configuration")}
    return own | {name: wanted[name] for name in ("UserPoolId", "ClientId")} if own else None


def _css(apis: Apis, ref: str, wanted: dict[str, Any]) -> Shown:
    shown: dict[str, Any] = apis.idp.get_ui_customization(UserPoolId=wanted["UserPoolId"], ClientId=wanted["ClientId"])["UICustomization"]
    return {name: shown[name] for name in ("UserPoolId", "ClientId", "CSS")} if shown.get("CSS") else None


def _branding(apis: Apis, ref: str, wanted: dict[str, Any]) -> Shown:
    pool_id, branding_id = ref.split("|")
    shown = apis.idp.describe_managed_login_branding(UserPoolId=pool_id, ManagedLoginBrandingId=branding_id)["ManagedLoginBranding"]
    assets = [{**asset, "Bytes": base64.b64encode(asset["Bytes"]).decode()} for asset in shown.get("Assets", [])]
    return {**shown, "Assets": assets, "ClientId": wanted["ClientId"]}


def _terms(apis: Apis, ref: str, wanted: dict[str, Any]) -> Shown:
    pool_id, terms_id = ref.split("|")
    return dict(apis.idp.describe_terms(UserPoolId=pool_id, TermsId=terms_id)["Terms"])


def _logs(apis: Apis, ref: str, wanted: dict[str, Any]) -> Shown:
    shown = apis.idp.get_log_delivery_configuration(UserPoolId=ref)["LogDeliveryConfiguration"]
    return shown if shown["LogConfigurations"] else None


def _identity_pool(apis: Apis, ref: str, wanted: dict[str, Any]) -> Shown:
    shown = apis.identity.describe_identity_pool(IdentityPoolId=ref)
    tags = [{"Key": key, "Value": value} for key, value in shown["IdentityPoolTags"].items()]
    names = {"OpenIdConnectProviderARNs": shown["OpenIdConnectProviderARNs"], "SamlProviderARNs": shown["SamlProviderARNs"]}
    return {**shown, **names, "AllowClassicFlow": shown["AllowClassicFlow"], "IdentityPoolTags": tags}


def _roles(apis: Apis, ref: str, wanted: dict[str, Any]) -> Shown:
    shown = apis.identity.get_identity_pool_roles(IdentityPoolId=ref)
    mappings = {
        label: shown["RoleMappings"][mapping["IdentityProvider"]] | {"IdentityProvider": mapping["IdentityProvider"]}
        for label, mapping in wanted.get("RoleMappings", {}).items()
        if mapping["IdentityProvider"] in shown.get("RoleMappings", {})
    }
    return {"IdentityPoolId": ref, "Roles": shown["Roles"], "RoleMappings": mappings} if shown.get("Roles") else None


def _tags(apis: Apis, ref: str, wanted: dict[str, Any]) -> Shown:
    pool_id, provider = ref.split("|")
    shown = apis.identity.get_principal_tag_attribute_map(IdentityPoolId=pool_id, IdentityProviderName=provider)
    return shown if shown.get("PrincipalTags") else None


def _replica(apis: Apis, ref: str, wanted: dict[str, Any]) -> Shown:
    pool_id, region = ref.split("|")
    found = [each for each in apis.idp.list_user_pool_replicas(UserPoolId=pool_id)["UserPoolReplicas"] if each["RegionName"] == region]
    return {**found[0], "UserPoolId": pool_id} if found else None


PROVIDER = {"client_id": "shop", "client_secret": "s3cret", "authorize_scopes": "openid email"}
CASES = [
    Case(
        "AWS::Cognito::UserPoolDomain",
        {
            "UserPoolId": POOL,
            "Domain": "auth.shop.example.com",
            "ManagedLoginVersion": 1,
            "CustomDomainConfig": {"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1"},
        },
        _domain,
        changed={"ManagedLoginVersion": 2},
        replaced={"UserPoolId": OTHER_POOL, "Domain": "login.shop.example.com"},  # a pool has one domain of its own, on AWS too
        ref="auth.shop.example.com",
        unseen=frozenset({"Routing"}),
    ),
    Case(
        "AWS::Cognito::UserPoolGroup",
        {"UserPoolId": POOL, "GroupName": "staff", "Description": "All", "Precedence": 3, "RoleArn": ROLE},
        lambda apis, ref, wanted: apis.idp.get_group(UserPoolId=wanted["UserPoolId"], GroupName=ref)["Group"],
        changed={"Description": "Some", "Precedence": 1, "RoleArn": OTHER_ROLE},
        replaced={"GroupName": "crew"},
        ref="staff",
    ),
    Case(
        "AWS::Cognito::UserPoolUser",
        {
            "UserPoolId": POOL,
            "Username": "ann",
            "UserAttributes": [{"Name": "email", "Value": "ann@example.com"}],
            "MessageAction": "SUPPRESS",
        },
        _user,
        replaced={"Username": "bob"},
        ref="ann",
        unseen=frozenset({"MessageAction", "ClientMetadata", "DesiredDeliveryMediums", "ForceAliasCreation", "ValidationData"}),
    ),
    Case(
        "AWS::Cognito::UserPoolUserToGroupAttachment",
        {"UserPoolId": POOL, "Username": {"Ref": "User"}, "GroupName": {"Ref": "Group"}},
        _membership,
        replaced={"GroupName": {"Ref": "OtherGroup"}},
        ref="{Pool}|one|someone",
    ),
    Case(
        "AWS::Cognito::UserPoolIdentityProvider",
        {
            "UserPoolId": POOL,
            "ProviderName": "Google",
            "ProviderType": "Google",
            "ProviderDetails": PROVIDER,
            "AttributeMapping": {"email": "email"},
            "IdpIdentifiers": ["example.com"],
        },
        lambda apis, ref, wanted: apis.idp.describe_identity_provider(UserPoolId=wanted["UserPoolId"], ProviderName=ref)[
            "IdentityProvider"
        ],
        changed={"AttributeMapping": {"email": "email", "name": "name"}, "IdpIdentifiers": []},
        replaced={"UserPoolId": OTHER_POOL},
        ref="Google",
    ),
    Case(
        "AWS::Cognito::UserPoolResourceServer",
        {
            "UserPoolId": POOL,
            "Identifier": "https://api.example.com",
            "Name": "API",
            "Scopes": [{"ScopeName": "read", "ScopeDescription": "Read"}],
        },
        lambda apis, ref, wanted: apis.idp.describe_resource_server(UserPoolId=wanted["UserPoolId"], Identifier=ref)["ResourceServer"],
        changed={"Name": "The API", "Scopes": [{"ScopeName": "write", "ScopeDescription": "Write"}]},
        replaced={"Identifier": "https://other.example.com"},
        ref="https://api.example.com",
    ),
    Case(
        "AWS::Cognito::UserPoolRiskConfigurationAttachment",
        {
            "UserPoolId": POOL,
            "ClientId": CLIENT,
            "CompromisedCredentialsRiskConfiguration": {"EventFilter": ["SIGN_IN"], "Actions": {"EventAction": "BLOCK"}},
            "AccountTakeoverRiskConfiguration": {"Actions": {"HighAction": {"Notify": False, "EventAction": "BLOCK"}}},
            "RiskExceptionConfiguration": {"BlockedIPRangeList": ["10.0.0.0/8"], "SkippedIPRangeList": []},
        },
        _risk,
        changed={"CompromisedCredentialsRiskConfiguration": {"EventFilter": ["SIGN_UP"], "Actions": {"EventAction": "NO_ACTION"}}},
        replaced={"ClientId": OTHER_CLIENT},
        ref="UserPoolRiskConfigurationAttachment-{Pool}-{Client}",
    ),
    Case(
        "AWS::Cognito::UserPoolUICustomizationAttachment",
        {"UserPoolId": POOL, "ClientId": CLIENT, "CSS": ".banner-customizable { background-color: black; }"},
        _css,
        changed={"CSS": ".banner-customizable { background-color: white; }"},
        replaced={"ClientId": OTHER_CLIENT},
        ref="UserPoolUICustomizationAttachment-{Pool}-{Client}",
    ),
    Case(
        "AWS::Cognito::ManagedLoginBranding",
        {
            "UserPoolId": POOL,
            "ClientId": CLIENT,
            "Settings": {"components": {"form": {"lightMode": {"borderColor": "000000ff"}}}},
            "Assets": [{"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "SVG", "Bytes": PICTURE}],
            "UseCognitoProvidedValues": False,
            "ReturnMergedResources": False,
        },
        _branding,
        changed={"Settings": {"components": {"form": {"lightMode": {"borderColor": "111111ff"}}}}},
        replaced={"ClientId": OTHER_CLIENT},
        attributes={"ManagedLoginBrandingId": "{second}"},
        unseen=frozenset({"ReturnMergedResources"}),
    ),
    Case(
        "AWS::Cognito::Terms",
        {
            "UserPoolId": POOL,
            "ClientId": CLIENT,
            "TermsName": "terms-of-use",
            "TermsSource": "LINK",
            "Enforcement": "NONE",
            "Links": {"cognito:default": "https://example.com/terms"},
        },
        _terms,
        changed={"Links": {"cognito:default": "https://example.com/new-terms"}},
        replaced={"ClientId": OTHER_CLIENT},
        attributes={"TermsId": "{second}"},
    ),
    Case(
        "AWS::Cognito::LogDeliveryConfiguration",
        {
            "UserPoolId": POOL,
            "LogConfigurations": [
                {"EventSource": "userNotification", "LogLevel": "ERROR", "CloudWatchLogsConfiguration": {"LogGroupArn": LOGS}}
            ],
        },
        _logs,
        changed={
            "LogConfigurations": [
                {"EventSource": "userNotification", "LogLevel": "ERROR", "CloudWatchLogsConfiguration": {"LogGroupArn": f"{LOGS}-2"}}
            ]
        },
        replaced={"UserPoolId": OTHER_POOL},
        ref="{Pool}",
        attributes={"Id": "{Pool}"},
    ),
    Case(
        "AWS::Cognito::IdentityPool",
        {
            "IdentityPoolName": "shop",
            "AllowUnauthenticatedIdentities": True,
            "AllowClassicFlow": True,
            "CognitoIdentityProviders": [
                {"ProviderName": {"Fn::GetAtt": ["Pool", "ProviderName"]}, "ClientId": CLIENT, "ServerSideTokenCheck": True}
            ],
            "DeveloperProviderName": "shop.example.com",
            "OpenIdConnectProviderARNs": ["arn:aws:iam::123456789012:oidc-provider/example.com"],
            "SamlProviderARNs": ["arn:aws:iam::123456789012:saml-provider/corp"],
            "SupportedLoginProviders": {"graph.facebook.com": "1234567890"},
            "IdentityPoolTags": [{"Key": "team", "Value": "shop"}],
            "CognitoEvents": {"SyncTrigger": "arn:aws:lambda:us-east-1:123456789012:function:f"},
            "CognitoStreams": {"StreamingStatus": "DISABLED"},
            "PushSync": {"ApplicationArns": [], "RoleArn": ROLE},
        },
        _identity_pool,
        changed={"AllowUnauthenticatedIdentities": False, "IdentityPoolName": "store", "OpenIdConnectProviderARNs": []},
        attributes={"Id": "{ref}", "Name": "shop"},
        unseen=frozenset({"CognitoEvents", "CognitoStreams", "PushSync"}),
    ),
    Case(
        "AWS::Cognito::IdentityPoolRoleAttachment",
        {
            "IdentityPoolId": IDENTITY_POOL,
            "Roles": {"authenticated": ROLE, "unauthenticated": OTHER_ROLE},
            "RoleMappings": {
                "label": {
                    "IdentityProvider": {"Fn::Sub": "${Pool.ProviderName}:${Client}"},
                    "Type": "Token",
                    "AmbiguousRoleResolution": "Deny",
                }
            },
        },
        _roles,
        changed={"Roles": {"authenticated": OTHER_ROLE}},
        replaced={"IdentityPoolId": {"Ref": "OtherIdentityPool"}},
        ref="{IdentityPool}",
        attributes={"Id": "{IdentityPool}"},
    ),
    Case(
        "AWS::Cognito::IdentityPoolPrincipalTag",
        {
            "IdentityPoolId": IDENTITY_POOL,
            "IdentityProviderName": {"Fn::GetAtt": ["Pool", "ProviderName"]},
            "UseDefaults": False,
            "PrincipalTags": {"team": "custom:team"},
        },
        _tags,
        changed={"PrincipalTags": {"squad": "custom:team"}},
        replaced={"IdentityPoolId": {"Ref": "OtherIdentityPool"}},
        ref="{IdentityPool}|cognito-idp.us-east-1.amazonaws.com/{Pool}",
    ),
    Case(
        "AWS::Cognito::UserPoolReplica",
        {"UserPoolId": POOL, "RegionName": "eu-west-1", "UserPoolTagsAtCreate": {"where": "away"}},
        _replica,
        replaced={"UserPoolId": OTHER_POOL},  # a pool has one replica, so another region would have to wait for the first to go
        ref="{Pool}|eu-west-1",
        unseen=frozenset({"UserPoolTagsAtCreate"}),  # in the replica's region they are: see TestReplicas
    ),
]

SURROUNDINGS: dict[str, Any] = (
    {
        name: {
            "Type": "AWS::Cognito::UserPool",
            "Properties": {
                "UserPoolTier": "PLUS",
                "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
                "KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY},
                "Schema": [{"Name": "team", "AttributeDataType": "String"}],
            },
        }
        for name in ("Pool", "OtherPool")
    }
    | {
        "Client": {"Type": "AWS::Cognito::UserPoolClient", "Properties": {"UserPoolId": POOL}},
        "OtherClient": {"Type": "AWS::Cognito::UserPoolClient", "Properties": {"UserPoolId": POOL}},
        "Domain": {
            "Type": "AWS::Cognito::UserPoolDomain",
            "Properties": {"UserPoolId": POOL, "Domain": {"Fn::Sub": "d-${AWS::AccountId}"}, "ManagedLoginVersion": 1},
        },
        "User": {
            "Type": "AWS::Cognito::UserPoolUser",
            "Properties": {"UserPoolId": POOL, "Username": "someone", "MessageAction": "SUPPRESS"},
        },
        "Group": {"Type": "AWS::Cognito::UserPoolGroup", "Properties": {"UserPoolId": POOL, "GroupName": "one"}},
        "OtherGroup": {"Type": "AWS::Cognito::UserPoolGroup", "Properties": {"UserPoolId": POOL, "GroupName": "two"}},
    }
    | {
        name: {
            "Type": "AWS::Cognito::IdentityPool",
            "Properties": {
                "AllowUnauthenticatedIdentities": False,
                "CognitoIdentityProviders": [{"ProviderName": {"Fn::GetAtt": ["Pool", "ProviderName"]}, "ClientId": CLIENT}],
            },
        }
        for name in ("IdentityPool", "OtherIdentityPool")
    }
)


def around(case: Case) -> dict[str, Any]:
    return {name: each for name, each in SURROUNDINGS.items() if (name, case.name) != ("Domain", "UserPoolDomain")}


def template(case: Case, properties: dict[str, Any]) -> str:
    surroundings = around(case)
    last = {"Thing": {"Type": case.type, "DependsOn": "Domain", "Properties": properties}}
    if case.name == "UserPoolDomain":
        del last["Thing"]["DependsOn"]
    shown: dict[str, Any] = {f"{name}Name": {"Value": {"Ref": name}} for name in surroundings}
    shown |= {"Thing": {"Value": {"Ref": "Thing"}}}
    shown |= {f"Attribute{name}": {"Value": {"Fn::GetAtt": ["Thing", name]}} for name in case.attributes}
    return body(surroundings | last, Outputs=shown)


def computed(value: Any, names: dict[str, str]) -> Any:
    """Properties with their references as the stack computed them."""
    if isinstance(value, dict):
        if "Ref" in value:
            return names[value["Ref"]]
        if "Fn::GetAtt" in value:
            return f"cognito-idp.us-east-1.amazonaws.com/{names['Pool']}"
        if "Fn::Sub" in value:
            return f"cognito-idp.us-east-1.amazonaws.com/{names['Pool']}:{names['Client']}"
        return {name: computed(item, names) for name, item in value.items()}
    return [computed(item, names) for item in value] if isinstance(value, list) else value


def assert_shows(shown: Any, wanted: Any, path: str = "") -> None:
    """What is wanted is shown; more may be, with its default."""
    if isinstance(wanted, dict):
        for name, value in wanted.items():
            assert name in shown, f"{path}.{name} is not in {shown}"
            assert_shows(shown[name], value, f"{path}.{name}")
    else:
        assert shown == wanted, path


@pytest.fixture
def apis(idp: Any, identity: Any) -> Callable[[dict[str, str]], Apis]:
    return lambda names: Apis(idp, identity, names)


def read(case: Case, apis: Apis, ref: str, properties: dict[str, Any]) -> Shown:
    try:
        return case.read(apis, ref, properties)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"ResourceNotFoundException", "UserNotFoundException"}:
            return None
        raise


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_type_keeps_what_its_template_says_from_its_first_to_its_last_day(
    cfn: Any, apis: Callable[[dict[str, str]], Apis], case: Case
) -> None:
    cfn.create_stack(StackName="s", TemplateBody=template(case, case.properties))
    assert_status(cfn, "s", "CREATE_COMPLETE")
    outputs = outputs_of(cfn, "s")
    names = {name.removesuffix("Name"): value for name, value in outputs.items() if name.endswith("Name")}
    services, ref = apis(names), outputs["Thing"]
    filled = {**names, "ref": ref, "second": ref.rpartition("|")[2]}
    assert ref == case.ref.format(**filled)
    assert {name: outputs[f"Attribute{name}"] for name in case.attributes} == {
        name: text.format(**filled) for name, text in case.attributes.items()
    }
    wanted = computed(case.properties, names)
    seen = {name: value for name, value in wanted.items() if name not in case.unseen}
    assert_shows(read(case, services, ref, wanted), seen)

    properties = case.properties
    if case.changed is not None:
        properties = properties | case.changed
        cfn.update_stack(StackName="s", TemplateBody=template(case, properties))
        assert_status(cfn, "s", "UPDATE_COMPLETE")
        assert outputs_of(cfn, "s")["Thing"] == ref
        wanted = computed(properties, names)
        assert_shows(read(case, services, ref, wanted), {name: value for name, value in wanted.items() if name not in case.unseen})
    if case.replaced is not None:
        before, properties = wanted, properties | case.replaced
        cfn.update_stack(StackName="s", TemplateBody=template(case, properties))
        assert_status(cfn, "s", "UPDATE_COMPLETE")
        assert read(case, services, ref, before) is None
        ref, wanted = outputs_of(cfn, "s")["Thing"], computed(properties, names)
        assert_shows(read(case, services, ref, wanted), {name: value for name, value in wanted.items() if name not in case.unseen})

    cfn.update_stack(StackName="s", TemplateBody=body(around(case)))
    assert_status(cfn, "s", "UPDATE_COMPLETE")
    assert read(case, services, ref, wanted) is None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_property_of_a_type_is_tried(case: Case) -> None:
    known = find_type(case.type, record_unknown=False)
    assert known is not None
    assert known.properties == case.properties.keys() | case.unseen


def test_every_type_is_tried() -> None:
    elsewhere = {"UserPool", "UserPoolClient", "UserPoolRegionalConfigurationAttachment"}
    known = {name.removeprefix("AWS::Cognito::") for name in known_types() if name.startswith("AWS::Cognito::")}
    assert {case.name for case in CASES} | elsewhere == known
    assert len(known) == 18


class TestReplicas:
    """A replica is of one stack, and what it has of its own is of another, in its region."""

    def test_a_replica_is_activated_and_tagged_by_a_stack_in_its_region(
        self, cfn: Any, idp: Any, server: Server, account: str, clock: Clock
    ) -> None:
        case = next(each for each in CASES if each.name == "UserPoolReplica")
        cfn.create_stack(StackName="s", TemplateBody=template(case, case.properties))
        pool_id = outputs_of(cfn, "s")["PoolName"]
        away = server.client("cloudformation", account=account, region="eu-west-1")
        there = server.client("cognito-idp", account=account, region="eu-west-1")
        assert there.describe_user_pool(UserPoolId=pool_id)["UserPool"]["UserPoolTags"] == {"where": "away"}
        own = {"UserPoolId": pool_id, "Status": "ACTIVE", "UserPoolTags": {"team": "shop"}}
        self._deploy(away, "create", own)
        assert_status(away, "own", "CREATE_COMPLETE")
        assert self._status(idp, pool_id) == "ACTIVE"
        assert there.describe_user_pool(UserPoolId=pool_id)["UserPool"]["UserPoolTags"] == {"where": "away", "team": "shop"}
        assert outputs_of(away, "own") == {"Thing": pool_id}
        functions = {"PostConfirmation": f"arn:aws:lambda:eu-west-1:{account}:function:greet"}
        self._deploy(away, "update", own | {"LambdaConfig": functions})
        assert there.describe_user_pool(UserPoolId=pool_id)["UserPool"]["LambdaConfig"] == functions
        there.tag_resource(ResourceArn=there.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Arn"], Tags={"team": "store"})
        drift = away.detect_stack_resource_drift(StackName="own", LogicalResourceId="Thing")["StackResourceDrift"]
        assert [each["PropertyPath"] for each in drift["PropertyDifferences"]] == ["/UserPoolTags/team"]
        self._deploy(away, "update", {"UserPoolId": pool_id, "Status": "INACTIVE"})
        assert self._status(idp, pool_id) == "INACTIVE"
        assert there.describe_user_pool(UserPoolId=pool_id)["UserPool"]["UserPoolTags"] == {"where": "away"}
        self._deploy(away, "update", own)
        away.delete_stack(StackName="own")
        assert self._status(idp, pool_id) == "INACTIVE"

    def test_the_primary_has_no_regional_configuration(self, cfn: Any) -> None:
        resources = {name: SURROUNDINGS[name] for name in ("Pool",)} | {
            "Own": {"Type": "AWS::Cognito::UserPoolRegionalConfigurationAttachment", "Properties": {"UserPoolId": POOL, "Status": "ACTIVE"}}
        }
        cfn.create_stack(StackName="s", TemplateBody=body(resources))
        assert_status(cfn, "s", "ROLLBACK_COMPLETE")

    def _deploy(self, cfn: Any, verb: str, properties: dict[str, Any]) -> None:
        thing = {"Type": "AWS::Cognito::UserPoolRegionalConfigurationAttachment", "Properties": properties}
        text = body({"Thing": thing}, Outputs={"Thing": {"Value": {"Ref": "Thing"}}})
        getattr(cfn, f"{verb}_stack")(StackName="own", TemplateBody=text)

    def _status(self, idp: Any, pool_id: str) -> str:
        replicas = idp.list_user_pool_replicas(UserPoolId=pool_id)["UserPoolReplicas"]
        (status,) = [each["Status"] for each in replicas if each["Role"] == "SECONDARY"]
        return str(status)
