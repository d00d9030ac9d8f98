"""CloudFormation's API: stacks, change sets, templates, exports.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
"""
