"""The built-in identity provider: with COGNITO_EMU_REHEARSAL_PROVIDER on, a "Google" or a "SAML company" button works without any account.

Whoever comes picks or types who to be; the answer is signed as a real provider's is. It believes everybody, so it is for development alone.
It keeps nothing but its key: codes and access tokens say by themselves what they stand for.
"""
