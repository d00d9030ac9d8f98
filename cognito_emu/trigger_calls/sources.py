"""Trigger sources by their last part, as the operations name them."""

from __future__ import annotations

from typing import TypeVar

S = TypeVar("S", bound=str)


def source_of(sources: tuple[S, ...], name: str) -> S:
    """`PreSignUp_SignUp` for `SignUp`; a whole source stands for itself.

    Raises:
        ValueError: No source ends so. That is a mistake of ours, never of the client.
    """
    for source in sources:
        if name in {source, source.partition("_")[2]}:
            return source
    raise ValueError(f"{name!r} is none of {', '.join(sources)}")
