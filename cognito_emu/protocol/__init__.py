"""AWS's wire protocols, from botocore's models.

Owns the way from bytes to a validated request and from a response or an error to bytes, and who the tenant is.
Does not own any operation.
"""
