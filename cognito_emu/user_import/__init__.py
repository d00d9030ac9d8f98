"""Importing users from CSV files: where a file is put, and the work on it in the background."""

from cognito_emu.user_import.runner import ImportRunner

__all__ = ["ImportRunner"]
