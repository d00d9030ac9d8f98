"""Token exchange (RFC 8693): GetDerivedToken, and what the token endpoint's grant shares with it.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-token-exchange.html
"""
