"""S3's errors: their codes, statuses and sentences.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from __future__ import annotations

from cognito_emu.errors import AwsError


class AccessDenied(AwsError):
    """The request proves nothing any more."""

    status = 403
    default_message = "Access Denied"


class BadDigest(AwsError):
    """The content is not what the client says it sent."""

    default_message = "The Content-MD5 you specified did not match what we received."


class BucketAlreadyOwnedByYou(AwsError):
    """The account has a bucket of that name."""

    status = 409
    default_message = "Your previous request to create the named bucket succeeded and you already own it."


class BucketNotEmpty(AwsError):
    """There are objects in the bucket."""

    status = 409
    default_message = "The bucket you tried to delete is not empty"


class EntityTooLarge(AwsError):
    """More than an object may hold."""

    default_message = "Your proposed upload exceeds the maximum allowed size"


class EntityTooSmall(AwsError):
    """A part that is not the last is under 5 MiB."""

    default_message = "Your proposed upload is smaller than the minimum allowed size"


class ExpiredToken(AwsError):
    """Temporary credentials after their time."""

    default_message = "The provided token has expired."


class IllegalLocationConstraintException(AwsError):
    """The bucket shall lie elsewhere than where the request goes."""


class IncompleteBody(AwsError):
    """Less came than was announced."""

    default_message = "You did not provide the number of bytes specified by the Content-Length HTTP header"


class InternalError(AwsError):
    """A fault of the emulator's."""

    status = 500
    default_message = "We encountered an internal error. Please try again."


class InvalidAccessKeyId(AwsError):
    """The session token is not that of the access key."""

    status = 403
    default_message = "The AWS Access Key Id you provided does not exist in our records."


class InvalidArgument(AwsError):
    """A value that its parameter cannot take."""


class InvalidBucketName(AwsError):
    """No bucket can be named so."""

    default_message = "The specified bucket is not valid."


class InvalidDigest(AwsError):
    """A checksum that is none."""

    default_message = "The Content-MD5 you specified was invalid."


class InvalidPart(AwsError):
    """A part that was not uploaded, or was replaced since."""

    default_message = (
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not "
        "match the part's entity tag."
    )


class InvalidPartOrder(AwsError):
    """Parts that do not ascend."""

    default_message = "The list of parts was not in ascending order. Parts must be ordered by part number."


class InvalidRange(AwsError):
    """A range that lies outside of the object."""

    status = 416
    default_message = "The requested range is not satisfiable"


class InvalidRequest(AwsError):
    """A request that cannot be meant."""


class KeyTooLongError(AwsError):
    """More than 1024 bytes."""

    default_message = "Your key is too long"


class MalformedPolicy(AwsError):
    """A policy that is no JSON."""

    default_message = "Policies must be valid JSON and the first byte must be '{'"


class MalformedXML(AwsError):
    """A document that is none, or another."""

    default_message = "The XML you provided was not well-formed or did not validate against our published schema"


class MethodNotAllowed(AwsError):
    """No operation has that method there."""

    status = 405
    default_message = "The specified method is not allowed against this resource."


class NoSuchBucket(AwsError):
    """The account has no bucket of that name."""

    status = 404
    default_message = "The specified bucket does not exist"


class NoSuchConfiguration(AwsError):
    """The bucket has no such configuration; each kind has a code of its own for that."""

    status = 404

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self._code = code

    @property
    def code(self) -> str:
        """That of the configuration's kind."""
        return self._code


class NoSuchKey(AwsError):
    """The bucket has no object of that key."""

    status = 404
    default_message = "The specified key does not exist."


class NoSuchUpload(AwsError):
    """The upload was never begun, or is over."""

    status = 404
    default_message = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed."


class NoSuchVersion(AwsError):
    """Of each object there is the newest version only."""

    status = 404
    default_message = "The specified version does not exist."


class NotImplementedByEmulator(AwsError):
    """An operation of S3 that no deployment tool uses."""

    status = 501

    @property
    def code(self) -> str:
        """S3's own for what it does not do."""
        return "NotImplemented"


class NotModified(AwsError):
    """The client has the object already."""

    status = 304


class PreconditionFailed(AwsError):
    """A condition of the request does not hold."""

    status = 412
    default_message = "At least one of the pre-conditions you specified did not hold"


class SignatureDoesNotMatch(AwsError):
    """The secret key is another."""

    status = 403
    default_message = "The request signature we calculated does not match the signature you provided. Check your key and signing method."
