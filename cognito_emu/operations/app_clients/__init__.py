"""App clients and what they may ask for: secrets, metadata documents, resource servers with their scopes, tokens of their own."""
