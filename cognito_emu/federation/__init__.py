"""Identity providers behind a user pool: OpenID Connect, the social ones, SAML 2.0, and one of our own to rehearse with.

Owns the way of a browser to a provider and back, and what becomes of the answer. `departure` remembers who left for where, `oidc` and
`saml` speak to providers, `arrival` is what every provider's answer goes through. Does not own the providers' settings (operations) nor
what a finished sign-in gets (oauth).
"""
