"""Errors named as AWS names them.

An operation raises one of these with AWS's own sentence; the protocol renders it. Which of them an operation may raise is the model's
list; `tests/protocol` checks that no other escapes. A class that carries a default message has one sentence on AWS for all its uses.
"""

from __future__ import annotations

from typing import Any, ClassVar


class AwsError(Exception):
    """An error that AWS declares: `code` is the shape's name, `status` the HTTP status, `members` what the shape carries besides."""

    status: ClassVar[int] = 400
    default_message: ClassVar[str] = ""

    def __init__(self, message: str = "", **members: Any) -> None:
        super().__init__(message or self.default_message)
        self.members = members

    @property
    def code(self) -> str:
        """The shape's name, which goes into `__type` and `x-amzn-errortype`."""
        return type(self).__name__

    @property
    def message(self) -> str:
        """The sentence that the client sees."""
        return str(self.args[0])


class AccessDeniedException(AwsError):
    """The caller doesn't have sufficient permissions to perform the requested operation."""


class AliasExistsException(AwsError):
    """A user tries to confirm the account with an email address or phone number that has already been supplied as."""

    default_message = "An account with the email already exists."


class CachedCIMDURLDoesNotExistException(AwsError):
    """Amazon Cognito doesn't have a cached client metadata document for the URL in the request."""


class CodeDeliveryFailureException(AwsError):
    """A verification code fails to deliver successfully."""


class CodeMismatchException(AwsError):
    """The provided code doesn't match what the server was expecting."""

    default_message = "Invalid verification code provided, please try again."


class ConcurrentModificationException(AwsError):
    """Two or more modifications are happening concurrently."""


class DeveloperUserAlreadyRegisteredException(AwsError):
    """The provided developer user identifier is already registered with Cognito under a different identity ID."""

    default_message = "This developer user identifier is already registered with Cognito."


class DeviceKeyExistsException(AwsError):
    """A user attempts to confirm a device with a device key that already exists."""


class DuplicateProviderException(AwsError):
    """The provider is already supported by the user pool."""


class EnableSoftwareTokenMFAException(AwsError):
    """There is a code mismatch and the service fails to configure the software token TOTP multi-factor."""

    default_message = "Code mismatch and fail enable Software Token MFA"


class ExpiredCodeException(AwsError):
    """A code has expired."""

    default_message = "Invalid code provided, please request a code again."


class ExpiredTokenException(AwsError):
    """A security token, or a web identity token, has expired."""

    default_message = "The security token included in the request is expired"


class ExternalServiceException(AwsError):
    """A dependent service such as Facebook or Twitter is not responding."""


class FeatureUnavailableInTierException(AwsError):
    """A feature that the caller attempted to use or configure isn't included in your user pool's current feature."""


class ForbiddenException(AwsError):
    """WAF doesn't allow your request based on a web ACL that's associated with your user pool."""


class GroupExistsException(AwsError):
    """Amazon Cognito encounters a group that already exists in the user pool."""

    default_message = "A group with the name already exists."


class IDPCommunicationErrorException(AwsError):
    """An identity provider could not be asked for the keys of a web identity token."""


class IncorrectKeyException(AwsError):
    """KMS: the ciphertext is another key's."""


class InternalErrorException(AwsError):
    """Amazon Cognito encounters an internal error."""

    status = 500

    default_message = "Internal server error"


class InternalServerException(AwsError):
    """Amazon Cognito encounters an internal server error."""

    status = 500


class InvalidCiphertextException(AwsError):
    """KMS: the ciphertext was damaged, or its encryption context is another."""


class InvalidEmailRoleAccessPolicyException(AwsError):
    """Amazon Cognito isn't allowed to use your email identity."""


class InvalidIdentityPoolConfigurationException(AwsError):
    """If the caller provided authentication information in the request, the identity pool has no authenticated role."""


class InvalidIdentityTokenException(AwsError):
    """A web identity token could not be validated."""


class InvalidLambdaResponseException(AwsError):
    """Amazon Cognito encounters an invalid Lambda response."""


class InvalidOAuthFlowException(AwsError):
    """The specified OAuth flow is not valid."""


class InvalidParameterException(AwsError):
    """The Amazon Cognito service encounters an invalid parameter."""


class InvalidPasswordException(AwsError):
    """Amazon Cognito encounters an invalid password."""


class InvalidParameterValueException(AwsError):
    """Lambda's word for a parameter that isn't valid."""


class InvalidRequestContentException(AwsError):
    """The body of an invocation is not JSON."""


class InvalidRuntimeException(AwsError):
    """A function's runtime or image cannot be run."""

    status = 502


class InvalidSignatureException(AwsError):
    """A request's signature is not the one that its secret key gives."""

    default_message = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
    )


class InvalidSmsRoleAccessPolicyException(AwsError):
    """The role provided for SMS configuration doesn't have permission to publish using Amazon SNS."""


class InvalidSmsRoleTrustRelationshipException(AwsError):
    """The trust relationship is not valid for the role provided for SMS configuration."""


class InvalidUserPoolConfigurationException(AwsError):
    """The user pool configuration is not valid."""


class LimitExceededException(AwsError):
    """A user exceeds the limit for a requested Amazon Web Services resource."""

    default_message = "Attempt limit exceeded, please try after some time."


class MFAMethodNotFoundException(AwsError):
    """Amazon Cognito can't find a multi-factor authentication (MFA) method."""


class ManagedLoginBrandingExistsException(AwsError):
    """The caller attempts to apply a managed login branding style to an app client that already has an assigned style."""


class MissingAuthenticationTokenException(AwsError):
    """A request that must be signed isn't."""

    default_message = "Missing Authentication Token"


class NotAuthorizedException(AwsError):
    """A user isn't authorized."""


class OperationNotEnabledException(AwsError):
    """An operation is not available in the current region or for the current user pool configuration."""


class PasswordHistoryPolicyViolationException(AwsError):
    """The message returned when a user's new password matches a previous password and doesn't comply with the."""


class PasswordResetRequiredException(AwsError):
    """A password reset is required."""

    default_message = "Password reset required for the user"


class PreconditionFailedException(AwsError):
    """The RevisionId in the request is not that of the present state."""

    status = 412
    default_message = (
        "The Revision Id provided does not match the latest Revision Id. "
        "Call the GetFunction/GetAlias API to retrieve the latest Revision Id"
    )


class PreconditionNotMetException(AwsError):
    """A precondition is not met."""


class RefreshTokenReuseException(AwsError):
    """Your application requests token refresh with a refresh token that has been invalidated by refresh-token."""


class ResourceConflictException(AwsError):
    """A user tries to use a login which is already linked to another account."""


class ResourceNotFoundException(AwsError):
    """The Amazon Cognito service can't find the requested resource."""


class ScopeDoesNotExistException(AwsError):
    """The specified scope doesn't exist."""


class SerializationException(AwsError):
    """The body is not JSON, or a member has another JSON type than the model's.."""


class ServiceException(AwsError):
    """Lambda encountered an internal error."""

    status = 500
    default_message = "Internal server error"


class ServiceQuotaExceededException(AwsError):
    """The request exceeded your account's service quota."""


class SoftwareTokenMFANotFoundException(AwsError):
    """The software token time-based one-time password (TOTP) multi-factor authentication (MFA) isn't activated for."""

    default_message = "Software Token MFA has not been enabled by the userPool"


class TermsExistsException(AwsError):
    """Terms document names must be unique to the app client."""


class TierChangeNotAllowedException(AwsError):
    """The caller has attempted to change your feature plan but the operation isn't permitted."""


class TooManyFailedAttemptsException(AwsError):
    """The user has made too many failed attempts for a given action, such as sign-in."""


class TooManyRequestsException(AwsError):
    """The user has made too many requests for a given operation."""

    default_message = "Rate exceeded"


class UnauthorizedException(AwsError):
    """The request isn't authorized."""


class UnexpectedLambdaException(AwsError):
    """Amazon Cognito encounters an unexpected exception with Lambda."""


class UnknownOperationException(AwsError):
    """The target names no operation of the service.."""


class UnrecognizedClientException(AwsError):
    """A security token is not the one that belongs to the access key."""

    default_message = "The security token included in the request is invalid."


class UnsupportedIdentityProviderException(AwsError):
    """The specified identifier isn't supported."""


class UnsupportedOperationException(AwsError):
    """The caller attempt to perform an operation that isn't enabled for the user pool client."""


class UnsupportedTokenTypeException(AwsError):
    """An unsupported token is passed to an operation."""


class UnsupportedUserStateException(AwsError):
    """The request failed because the user is in an unsupported state."""


class UserImportInProgressException(AwsError):
    """The caller is trying to modify a user pool while a user import job is in progress for that pool."""


class UserLambdaValidationException(AwsError):
    """The Amazon Cognito service encounters a user validation exception with the Lambda service."""


class UserNotConfirmedException(AwsError):
    """A user isn't confirmed successfully."""

    default_message = "User is not confirmed."


class UserNotFoundException(AwsError):
    """A user isn't found."""

    default_message = "User does not exist."


class UserPoolAddOnNotEnabledException(AwsError):
    """User pool add-ons aren't enabled."""


class UserPoolTaggingException(AwsError):
    """A user pool tag can't be set or updated."""


class UsernameExistsException(AwsError):
    """Amazon Cognito encounters a user name that already exists in the user pool."""

    default_message = "User already exists"


class ValidationException(AwsError):
    """A request that services other than Cognito refuse."""


class ValidationError(AwsError):
    """A request that services of the query protocol refuse."""


class WebAuthnChallengeNotFoundException(AwsError):
    """The challenge from StartWebAuthn registration has expired."""


class WebAuthnClientMismatchException(AwsError):
    """The access token is for a different client than the one in the original StartWebAuthnRegistration request."""


class WebAuthnConfigurationMissingException(AwsError):
    """A user pool doesn't have a configured relying party id or a user pool domain."""


class WebAuthnCredentialNotSupportedException(AwsError):
    """A user presents passkey credentials from an unsupported device or provider."""


class WebAuthnNotEnabledException(AwsError):
    """The passkey feature isn't enabled for the user pool."""


class WebAuthnOriginNotAllowedException(AwsError):
    """The passkey credential's registration origin does not align with the user pool relying party id."""


class WebAuthnRelyingPartyMismatchException(AwsError):
    """The given passkey credential is associated with a different relying party ID than the user pool relying party."""
