"""STS: roles that are assumed with a token, a SAML assertion or credentials, and the credentials that come of it."""
