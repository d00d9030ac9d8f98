"""What SAML messages from outside are worth: read with care, decrypted, their signatures checked, and whether they are for us, now.

Owns verification alone. Does not own providers, users, or the errors on the wire: federation and login tokens translate.
"""
