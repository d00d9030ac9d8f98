"""Every property of a user pool and of a client, as the template gives it, is what describing shows; taking it away resets it."""

import json
from typing import Any

from botocore.session import get_session

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
ROLE = "arn:aws:iam::000000000000:role/r"
KEY = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555"

POOL: dict[str, Any] = {
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True, "InviteMessageTemplate": {"EmailSubject": "Come in"}},
    "AutoVerifiedAttributes": ["email", "phone_number"],
    "DeletionProtection": "INACTIVE",
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True},
    "EmailConfiguration": {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/shop@example.com",
        "From": "Shop <shop@example.com>",
    },
    "EmailVerificationMessage": "Your code is {####}",
    "EmailVerificationSubject": "Your code",
    "LambdaConfig": {"PreSignUp": FUNCTION, "CustomMessage": FUNCTION},
    "Policies": {
        "PasswordPolicy": {"MinimumLength": 11, "RequireUppercase": True, "TemporaryPasswordValidityDays": 3},
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]},
    },
    "SmsAuthenticationMessage": "Sign in by {####}",
    "SmsConfiguration": {"SnsCallerArn": ROLE, "ExternalId": "id", "SnsRegion": "us-east-1"},
    "SmsVerificationMessage": "It is {####}",
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"},
    "UserPoolTags": {"team": "shop"},
    "UserPoolTier": "PLUS",
    "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK", "EmailMessageByLink": "{##Here##}"},
}
CREATE_ONLY = {
    "UsernameAttributes": ["email"],
    "UsernameConfiguration": {"CaseSensitive": True},
}
MFA = {
    "MfaConfiguration": "OPTIONAL",
    "EnabledMfas": ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"],
    "EmailAuthenticationMessage": "{####} is it",
    "EmailAuthenticationSubject": "It",
    "WebAuthnRelyingPartyID": "shop.example.com",
    "WebAuthnUserVerification": "required",
}
CLIENT: dict[str, Any] = {
    "AccessTokenValidity": 30,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthScopes": ["openid", "email"],
    "AuthSessionValidity": 5,
    "CallbackURLs": ["https://shop.example.com/in"],
    "ClientName": "web",
    "DefaultRedirectURI": "https://shop.example.com/in",
    "EnablePropagateAdditionalUserContextData": True,
    "EnableTokenRevocation": False,
    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
    "IdTokenValidity": 40,
    "LogoutURLs": ["https://shop.example.com/out"],
    "PreventUserExistenceErrors": "ENABLED",
    "ReadAttributes": ["email", "name"],
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
    "RefreshTokenValidity": 3,
    "SupportedIdentityProviders": ["COGNITO"],
    "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"},
    "WriteAttributes": ["name"],
}


def body(pool: dict[str, Any], client: dict[str, Any]) -> str:
    resources = {
        "Pool": {"Type": "AWS::Cognito::UserPool", "Properties": pool},
        "Client": {"Type": "AWS::Cognito::UserPoolClient", "Properties": {"UserPoolId": {"Ref": "Pool"}, "GenerateSecret": True, **client}},
    }
    return json.dumps({"Resources": resources})


def physical_ids(cfn: Any) -> tuple[str, str]:
    found = {
        each["LogicalResourceId"]: each["PhysicalResourceId"] for each in cfn.list_stack_resources(StackName="s")["StackResourceSummaries"]
    }
    return found["Pool"], found["Client"]


def assert_complete(cfn: Any, status: str) -> None:
    told = [
        (each["LogicalResourceId"], each.get("ResourceStatusReason")) for each in cfn.describe_stack_events(StackName="s")["StackEvents"]
    ]
    assert cfn.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] == status, told


def assert_shows(shown: dict[str, Any], wanted: dict[str, Any]) -> None:
    """What is wanted is there; what is not wanted may be there with its default."""
    for name, value in wanted.items():
        if isinstance(value, dict):
            assert_shows(shown[name], value)
        else:
            assert shown[name] == value, name


def test_a_pool_shows_what_its_template_says(cfn: Any, idp: Any) -> None:
    pool = POOL | CREATE_ONLY | {"UserPoolName": "shop", "Schema": [{"Name": "team", "AttributeDataType": "String", "Mutable": True}]}
    cfn.create_stack(StackName="s", TemplateBody=body(pool, {}))
    assert_complete(cfn, "CREATE_COMPLETE")
    shown = idp.describe_user_pool(UserPoolId=physical_ids(cfn)[0])["UserPool"]
    assert_shows(shown, POOL | CREATE_ONLY | {"Name": "shop"})
    assert "custom:team" in [each["Name"] for each in shown["SchemaAttributes"]]


def test_a_pools_second_factors_are_those_of_its_template(cfn: Any, idp: Any) -> None:
    pool = {name: POOL[name] for name in ("EmailConfiguration", "SmsConfiguration", "SmsAuthenticationMessage")} | MFA
    cfn.create_stack(StackName="s", TemplateBody=body(pool, {}))
    assert_complete(cfn, "CREATE_COMPLETE")
    shown = idp.get_user_pool_mfa_config(UserPoolId=physical_ids(cfn)[0])
    assert_shows(
        shown,
        {
            "MfaConfiguration": "OPTIONAL",
            "SmsMfaConfiguration": {"SmsAuthenticationMessage": "Sign in by {####}", "SmsConfiguration": POOL["SmsConfiguration"]},
            "SoftwareTokenMfaConfiguration": {"Enabled": True},
            "EmailMfaConfiguration": {"Message": "{####} is it", "Subject": "It"},
            "WebAuthnConfiguration": {"RelyingPartyId": "shop.example.com", "UserVerification": "required"},
        },
    )


def test_a_pool_that_loses_its_properties_is_as_one_that_never_had_them(cfn: Any, idp: Any) -> None:
    cfn.create_stack(StackName="s", TemplateBody=body({"UserPoolName": "shop"}, {}))
    pool_id, _ = physical_ids(cfn)
    bare = described(idp, pool_id)
    cfn.update_stack(
        StackName="s",
        TemplateBody=body({"UserPoolName": "shop", **{k: v for k, v in POOL.items() if k != "SmsConfiguration"}, **SMS_LATER}, {}),
    )
    assert_complete(cfn, "UPDATE_COMPLETE")
    assert described(idp, pool_id) != bare
    cfn.update_stack(StackName="s", TemplateBody=body({"UserPoolName": "shop"}, {}))
    assert_complete(cfn, "UPDATE_COMPLETE")
    assert described(idp, pool_id) == bare


# An SMS sender, once set, stays: neither UpdateUserPool nor a template takes it away on AWS.
SMS_LATER = {"AutoVerifiedAttributes": ["email"]}


def described(idp: Any, pool_id: str) -> dict[str, Any]:
    pool: dict[str, Any] = idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    pool.pop("LastModifiedDate")
    return pool


def test_a_client_shows_what_its_template_says_and_forgets_what_it_says_no_more(cfn: Any, idp: Any) -> None:
    cfn.create_stack(StackName="s", TemplateBody=body({}, CLIENT))
    assert_complete(cfn, "CREATE_COMPLETE")
    pool_id, client_id = physical_ids(cfn)
    assert_shows(idp.describe_user_pool_client(UserPoolId=pool_id, ClientId=client_id)["UserPoolClient"], CLIENT)
    cfn.update_stack(StackName="s", TemplateBody=body({}, {"ClientName": "web"}))
    assert_complete(cfn, "UPDATE_COMPLETE")
    bare = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="web", GenerateSecret=True)["UserPoolClient"]
    shown = idp.describe_user_pool_client(UserPoolId=pool_id, ClientId=client_id)["UserPoolClient"]
    assert shown.keys() == bare.keys()
    own = {"ClientId", "ClientSecret", "CreationDate", "LastModifiedDate"}
    assert {name: value for name, value in shown.items() if name not in own} == {k: v for k, v in bare.items() if k not in own}


def test_no_property_is_forgotten_here() -> None:
    """The lists above are all that the operations take, but for what templates cannot say."""
    model = get_session().get_service_model("cognito-idp")
    pool = set(model.operation_model("CreateUserPool").input_shape.members)
    told = POOL.keys() | CREATE_ONLY.keys() | MFA.keys() | {"PoolName", "Schema", "AliasAttributes"}
    assert pool - told == {"AcrConfiguration", "DcrConfiguration", "IssuerConfiguration", "KeyConfiguration"}
    client = set(model.operation_model("CreateUserPoolClient").input_shape.members)
    never = {"AnalyticsConfiguration", "ClientSecret", "PublishSecretsInAWSSecretsManager"}
    assert client - CLIENT.keys() - never == {"GenerateSecret", "UserPoolId"}
