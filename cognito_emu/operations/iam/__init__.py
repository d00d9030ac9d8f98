"""The part of IAM by which identities are federated: OpenID Connect and SAML providers, and roles with their trust policies.

Users, groups and what a policy permits are not here: nothing in this emulator would ask about them.
https://docs.aws.amazon.com/IAM/latest/APIReference/
"""
