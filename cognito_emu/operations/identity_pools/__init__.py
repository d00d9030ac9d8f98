"""The operations of cognito-identity: pools, roles, identities, credentials, developer identities, tags.

Owns who an identity is: which logins lead to it, and what happens when two turn out to be one. Does not own whether a login is genuine
(`login_tokens`) nor which role it earns (`domain/identity_roles.py`).
"""
