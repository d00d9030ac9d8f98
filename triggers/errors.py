"""What can go wrong with a trigger, as the caller of the bus sees it.

Each error's text is the sentence that Cognito sends to its client. The caller only chooses the exception's AWS name:
`FunctionFailed` is UserLambdaValidationException, `FunctionUnavailable` UnexpectedLambdaException, `InvalidResponse`
InvalidLambdaResponseException.
"""

from __future__ import annotations


class TriggerError(Exception):
    """A trigger that did not do its work; `trigger` is the LambdaConfig member's name."""

    def __init__(self, trigger: str, sentence: str) -> None:
        super().__init__(sentence)
        self.trigger = trigger
        self.sentence = sentence


class FunctionFailed(TriggerError):  # noqa: N818 - reads as what happened, like AWS's own names
    """The function ran and raised, died or ran into its own time-out (FunctionError is set in the answer of Lambda's Invoke).

    AWS appends a dot whether or not the function's message ends with one.
    """

    def __init__(self, trigger: str, message: str) -> None:
        super().__init__(trigger, f"{trigger} failed with error {message}.")
        self.message = message


class FunctionUnavailable(TriggerError):  # noqa: N818 - as above
    """The function could not be run at all: gone, not permitted, no answer in time, or nothing here that could run it.

    Attributes:
        reason: AWS's word or sentence for it, such as `AccessDeniedException`.
        hint: What the developer can do about it. AWS says nothing here; it follows AWS's sentence in brackets.
    """

    def __init__(self, trigger: str, reason: str, hint: str = "") -> None:
        sentence = f"{trigger} invocation failed due to error {reason.removesuffix('.')}."
        super().__init__(trigger, f"{sentence} ({hint})" if hint else sentence)
        self.reason = reason
        self.hint = hint


class InvalidResponse(TriggerError):  # noqa: N818 - as above
    """The function answered with something that is no event."""

    NOT_JSON = "Invalid lambda function output : Invalid JSON"
    UNRECOGNIZABLE = "Unrecognizable lambda output"
