"""Modules that AWS puts beside a function's inline source when it asks for them. They run in functions, not here."""
