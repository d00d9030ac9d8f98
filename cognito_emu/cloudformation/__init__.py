"""CloudFormation: templates that bring up pools and what stands around them.

Owns the template language, the life of stacks, and how a resource type's properties become operations. Does not own what the operations
do: a resource is made by calling them, as any client would.
"""
