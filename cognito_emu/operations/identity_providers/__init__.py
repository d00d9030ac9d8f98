"""Identity providers of a user pool: their settings, the users who are linked to them, and the certificate for SAML requests.

Owns what administrators say of providers. Does not own speaking to them: `cognito_emu.federation` does.
"""
