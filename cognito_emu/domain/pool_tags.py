"""Which tags a user pool, or its replica, may have.

Source: "Quotas in Amazon Cognito" (50 tags a pool); the general rules for tags of the AWS General Reference.
"""

from __future__ import annotations

from collections.abc import Mapping

from cognito_emu.errors import AwsError, InvalidParameterException

_MOST_TAGS = 50


def check_tags(
    given: Mapping[str, str], *, present: Mapping[str, str], error: type[AwsError] = InvalidParameterException
) -> dict[str, str]:
    """The tags after those of a request were added.

    Args:
        given: The request's.
        present: Those that stay; none where the request's replace all.
        error: What is raised.

    Raises:
        InvalidParameterException: A key is AWS's own, or there are too many (or `error`).
    """
    if any(key.lower().startswith("aws:") for key in given):
        raise error("aws: prefixed tag key names are not allowed for external use.")
    tags = {**present, **given}
    if len(tags) > _MOST_TAGS:
        raise error(f"The number of tags cannot exceed {_MOST_TAGS}.")
    return tags
