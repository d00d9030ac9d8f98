"""Why a SAML message is refused. Whoever asked translates: a browser, an identity pool and STS are told in different ways."""

from __future__ import annotations


class SamlError(Exception):
    """A message that must not be believed, or that tells of a failure.

    Attributes:
        description: AWS's sentence where it is known.
    """

    def __init__(self, description: str) -> None:
        super().__init__(description)
        self.description = description


def refused(reason: str) -> SamlError:
    """A response that must not be believed; AWS's first words (aws/aws-sdk-js-v3 6201). Assumption: most of the reasons."""
    return SamlError(f"Invalid SAML response received: {reason}")
