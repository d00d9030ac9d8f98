"""OAuth 2.0 and OpenID Connect: one module an endpoint.

Owns what RFC 6749 and OpenID Connect say. Does not own pages, nor who a user is: it asks the operations' own functions.
"""
