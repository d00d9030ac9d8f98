"""The part of Systems Manager that templates, Terraform, and applications which read a pool's id, need: parameters of one version each.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/
"""
