"""Operations of S3: what the AWS CLI, SAM and CDK use to hand over code and templates.

https://docs.aws.amazon.com/AmazonS3/latest/API/
"""
