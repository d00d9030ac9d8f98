"""One module a family of resource types: how properties become operations, and what `Ref` and `Fn::GetAtt` give."""

from cognito_emu.cloudformation.resources.registry import find_type, is_custom, known_types

__all__ = ["find_type", "is_custom", "known_types"]
