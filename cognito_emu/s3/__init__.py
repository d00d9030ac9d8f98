"""The part of S3 that deployment tools use: buckets, objects, uploads in parts, at the address of everything else.

Owns where requests and contents lie (addresses, framing of bodies, checksums, files). The operations are in `operations/s3`.
"""
