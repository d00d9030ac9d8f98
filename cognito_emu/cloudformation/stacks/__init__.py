"""The life of stacks: what is wanted, what would change, and the machine that brings it about."""
