"""Secrets Manager, as far as applications and templates around pools need it: secrets, versions, rotation by functions.

Not of it: replicas in other regions and accounts, and secrets of partners.
"""
