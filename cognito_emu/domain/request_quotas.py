"""Categories of user pool operations and the rates that AWS includes, in requests a second, by account and region.

https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
"""

from __future__ import annotations

from cognito_emu.records import Record


class Quota(Record):
    """A category's rate.

    Attributes:
        free: What every account has.
        adjustable: AWS sells more of it.
        of_pool: What each of the category's operations has for one user pool; None: no limit of its own.
    """

    free: int
    adjustable: bool = False
    of_pool: int | None = None


QUOTAS = {
    "UserAuthentication": Quota(120, adjustable=True),
    "UserCreation": Quota(50, adjustable=True),
    "UserFederation": Quota(25, adjustable=True),
    "UserAccountRecovery": Quota(30),
    "UserRead": Quota(120, adjustable=True),
    "UserUpdate": Quota(25),
    "UserToken": Quota(120, adjustable=True),
    "UserResourceRead": Quota(50, adjustable=True),
    "UserResourceUpdate": Quota(25),
    "UserList": Quota(30),
    "UserPoolRead": Quota(15),
    "UserPoolUpdate": Quota(15),
    "UserPoolResourceRead": Quota(20, of_pool=5),
    "UserPoolResourceUpdate": Quota(15, of_pool=5),
    "UserPoolClientRead": Quota(15, of_pool=5),
    "UserPoolClientUpdate": Quota(15, of_pool=5),
    "ClientAuthentication": Quota(150, adjustable=True),
}

# Assumption: what Service Quotas grants an account at most is this many times what is free; the true maximum is each account's own.
MOST_TIMES_FREE = 100

# "The matching RespondToAuthChallenge and AdminRespondToAuthChallenge operations are subject to a separate quota that is three times the
# UserAuthentication category limit ... the excess rate will be counted towards the UserAuthentication category limit."
CHALLENGE_ANSWERS = frozenset({"AdminRespondToAuthChallenge", "RespondToAuthChallenge"})
TIMES_FOR_ANSWERS = 3

# Assumption: operations that are younger than the guide's table belong to the category of those that are like them.
_OPERATIONS = {
    "UserAuthentication": "AdminInitiateAuth AdminRespondToAuthChallenge InitiateAuth RespondToAuthChallenge",
    "UserCreation": "AdminConfirmSignUp AdminCreateUser ConfirmSignUp SignUp",
    "UserAccountRecovery": "AdminResetUserPassword AdminSetUserPassword ChangePassword ConfirmForgotPassword ForgotPassword",
    "UserRead": "AdminGetUser GetUser",
    "UserUpdate": (
        "AdminAddUserToGroup AdminDeleteUser AdminDeleteUserAttributes AdminDisableProviderForUser AdminDisableUser AdminEnableUser "
        "AdminLinkProviderForUser AdminRemoveUserFromGroup AdminUpdateUserAttributes AdminUserGlobalSignOut DeleteUser "
        "DeleteUserAttributes GlobalSignOut UpdateUserAttributes VerifyUserAttribute"
    ),
    "UserToken": "GetDerivedToken GetTokensFromRefreshToken RevokeToken",
    "UserResourceRead": (
        "AdminGetDevice AdminGetUserAuthFactors AdminListDevices AdminListGroupsForUser AdminListUserAuthEvents AdminListUserSessions "
        "GetDevice GetUserAttributeVerificationCode GetUserAuthFactors ListDevices ListUserSessions ListWebAuthnCredentials "
        "ResendConfirmationCode"
    ),
    "UserResourceUpdate": (
        "AdminDeleteSoftwareToken AdminForgetDevice AdminRevokeUserSession AdminSetUserMFAPreference AdminSetUserSettings "
        "AdminUpdateAuthEventFeedback AdminUpdateDeviceStatus AssociateSoftwareToken CompleteWebAuthnRegistration ConfirmDevice "
        "DeleteWebAuthnCredential ForgetDevice RevokeUserSession SetUserMFAPreference SetUserSettings StartWebAuthnRegistration "
        "UpdateAuthEventFeedback UpdateDeviceStatus VerifySoftwareToken"
    ),
    "UserList": "ListUsers ListUsersInGroup",
    "UserPoolRead": "DescribeUserPool ListPointInTimeRecoveries ListUserPoolReplicas ListUserPools",
    "UserPoolUpdate": (
        "CancelPointInTimeRecovery CreateUserPool CreateUserPoolReplica DeleteUserPool DeleteUserPoolReplica "
        "InitiatePointInTimeRecovery StartPointInTimeRecovery UpdateUserPool UpdateUserPoolReplica"
    ),
    "UserPoolResourceRead": (
        "DescribeCIMDPolicy DescribeIdentityProvider DescribeManagedLoginBranding DescribeManagedLoginBrandingByClient "
        "DescribePointInTimeRecovery DescribeResourceServer DescribeRiskConfiguration DescribeTerms DescribeTermsByClient "
        "DescribeUserImportJob DescribeUserPoolDomain GetCSVHeader GetGroup GetIdentityProviderByIdentifier GetLogDeliveryConfiguration "
        "GetSigningCertificate GetUICustomization GetUserPoolMfaConfig GetUserPoolSessionConfiguration ListCIMDPolicies "
        "ListClientMetadataURLs ListGroups ListIdentityProviders ListResourceServers ListTagsForResource ListTerms ListUserImportJobs"
    ),
    "UserPoolResourceUpdate": (
        "AddCustomAttributes CreateCIMDPolicy CreateGroup CreateIdentityProvider CreateManagedLoginBranding CreateResourceServer "
        "CreateTerms CreateUserImportJob CreateUserPoolDomain DeleteCIMDPolicy DeleteGroup DeleteIdentityProvider "
        "DeleteManagedLoginBranding DeleteResourceServer DeleteTerms DeleteUserPoolDomain SetLogDeliveryConfiguration "
        "SetRiskConfiguration SetUICustomization SetUserPoolMfaConfig SetUserPoolSessionConfiguration StartUserImportJob "
        "StopUserImportJob TagResource UntagResource UpdateCIMDPolicy UpdateClientMetadataURLState UpdateGroup UpdateIdentityProvider "
        "UpdateManagedLoginBranding UpdateResourceServer UpdateTerms UpdateUserPoolDomain"
    ),
    "UserPoolClientRead": "DescribeUserPoolClient GetUserPoolClientSessionConfiguration ListUserPoolClientSecrets ListUserPoolClients",
    "UserPoolClientUpdate": (
        "AddUserPoolClientSecret CreateUserPoolClient DeleteUserPoolClient DeleteUserPoolClientSecret "
        "SetUserPoolClientSessionConfiguration UpdateUserPoolClient"
    ),
    "ClientAuthentication": "GetClientToken",
}
CATEGORY_OF = {operation: category for category, operations in _OPERATIONS.items() for operation in operations.split()}
"""By user pool operation; GetProvisionedLimit and UpdateProvisionedLimit, by which one gets out of a limit, have none."""

# The guide's table of calls by user and hour. ConfirmForgotPassword's are 5 to 20 by risk. Assumption: without one it is the most, which
# ForgotPassword has as well.
HOURLY_QUOTAS_OF_USER = {
    "ChangePassword": 5,
    "ConfirmForgotPassword": 20,
    "ConfirmSignUp": 15,
    "ForgotPassword": 20,
    "GetUserAttributeVerificationCode": 5,
    "ResendConfirmationCode": 5,
    "VerifyUserAttribute": 15,
}

# Defaults of the quotas "Rate of ... requests" of Service Quotas. Other operations of identity pools are in no list and have no limit.
IDENTITY_POOL_QUOTAS = {
    "GetCredentialsForIdentity": 2000,
    "GetId": 250,
    "GetOpenIdToken": 200,
    "GetOpenIdTokenForDeveloperIdentity": 50,
    "ListIdentities": 5,
    "ListTagsForResource": 10,
    "TagResource": 1,
    "UntagResource": 1,
}
