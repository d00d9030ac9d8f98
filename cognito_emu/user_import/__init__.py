"""Importing users from CSV files: where a file is put, and the work on it in the background."""
