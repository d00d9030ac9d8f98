"""Buckets, lists of what is in them, and what they are configured to."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.s3.conftest import BUCKET
from tests.s3.test_objects import refusal
from tests.support.server import Server


def test_a_bucket_belongs_to_its_account_and_is_seen_from_every_region(server: Server, account: str, s3: Any) -> None:
    elsewhere = server.client("s3", account=account, region="eu-west-1")
    elsewhere.create_bucket(Bucket="in-ireland", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == [BUCKET, "in-ireland"]
    assert [s3.get_bucket_location(Bucket=name)["LocationConstraint"] for name in (BUCKET, "in-ireland")] == [None, "eu-west-1"]
    assert s3.head_bucket(Bucket="in-ireland")["BucketRegion"] == "eu-west-1"
    other = server.client("s3", account="999999999999")
    assert refusal(other.head_bucket, Bucket=BUCKET) == (404, "404")
    other.create_bucket(Bucket=BUCKET)
    other.delete_bucket(Bucket=BUCKET)


@pytest.mark.parametrize("name", ["ab", "Upper", "under_score", "dots..twice", "10.0.0.1", "-dash"])
def test_a_name_that_no_bucket_can_have_is_refused(server: Server, account: str, name: str) -> None:
    client = server.client("s3", account=account)
    with pytest.raises(ClientError, match="InvalidBucketName"):
        client.create_bucket(Bucket=name)


def test_a_bucket_is_made_where_the_request_goes(server: Server, account: str) -> None:
    client = server.client("s3", account=account, region="eu-west-1")
    assert refusal(client.create_bucket, Bucket=BUCKET) == (400, "IllegalLocationConstraintException")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    configuration = {"LocationConstraint": "eu-west-1"}
    again = refusal(client.create_bucket, Bucket=BUCKET, CreateBucketConfiguration=configuration)
    assert again == (409, "BucketAlreadyOwnedByYou")


def test_only_an_empty_bucket_can_be_deleted(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"")
    s3.create_multipart_upload(Bucket=BUCKET, Key="b")
    assert refusal(s3.delete_bucket, Bucket=BUCKET) == (409, "BucketNotEmpty")
    s3.delete_object(Bucket=BUCKET, Key="a")
    s3.delete_bucket(Bucket=BUCKET)
    assert refusal(s3.list_objects_v2, Bucket=BUCKET) == (404, "NoSuchBucket")


@pytest.mark.databases("sqlite", "postgresql")
@pytest.mark.parametrize("operation", ["list_objects_v2", "list_objects"])
def test_lists_fold_at_the_delimiter_and_go_on_page_by_page(s3: Any, operation: str) -> None:
    keys = ["a.txt", "b/1", "b/2", "b/c/3", "d e", "f/4", "g", "ü/ö"]
    for key in reversed(keys):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"12")
    pages = list(s3.get_paginator(operation).paginate(Bucket=BUCKET, PaginationConfig={"PageSize": 2}))
    assert [entry["Key"] for page in pages for entry in page["Contents"]] == keys
    folded = list(s3.get_paginator(operation).paginate(Bucket=BUCKET, Delimiter="/", PaginationConfig={"PageSize": 2}))
    assert [entry["Key"] for page in folded for entry in page.get("Contents", ())] == ["a.txt", "d e", "g"]
    assert [entry["Prefix"] for page in folded for entry in page.get("CommonPrefixes", ())] == ["b/", "f/", "ü/"]
    inside = getattr(s3, operation)(Bucket=BUCKET, Prefix="b/", Delimiter="/")
    assert [entry["Key"] for entry in inside["Contents"]] == ["b/1", "b/2"]
    assert [entry["Prefix"] for entry in inside["CommonPrefixes"]] == ["b/c/"]


def test_a_versioned_bucket_is_emptied_as_scripts_do_it(s3: Any) -> None:
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for key in ("a", "b", "ü"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=BUCKET, PaginationConfig={"PageSize": 2}):
        objects = [{"Key": version["Key"], "VersionId": version["VersionId"]} for version in page["Versions"]]
        assert "Errors" not in s3.delete_objects(Bucket=BUCKET, Delete={"Objects": objects})
    s3.delete_bucket(Bucket=BUCKET)


def test_a_token_of_another_list_is_refused(s3: Any) -> None:
    assert refusal(s3.list_objects_v2, Bucket=BUCKET, ContinuationToken="made-up") == (400, "InvalidArgument")


@pytest.mark.parametrize(
    ("name", "given", "shown", "missing"),
    [
        ("bucket_tagging", {"Tagging": {"TagSet": [{"Key": "team", "Value": "shop"}]}}, None, "NoSuchTagSet"),
        ("bucket_policy", {"Policy": '{"Version": "2012-10-17", "Statement": []}'}, None, "NoSuchBucketPolicy"),
        ("bucket_versioning", {"VersioningConfiguration": {"Status": "Enabled"}}, {"Status": "Enabled"}, None),
        (
            "bucket_encryption",
            {
                "ServerSideEncryptionConfiguration": {
                    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}]
                }
            },
            None,
            None,
        ),
        (
            "public_access_block",
            {
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": True,
                    "IgnorePublicAcls": False,
                    "BlockPublicPolicy": True,
                    "RestrictPublicBuckets": False,
                }
            },
            None,
            None,
        ),
        (
            "bucket_lifecycle_configuration",
            {
                "LifecycleConfiguration": {
                    "Rules": [{"ID": "old", "Filter": {"Prefix": ""}, "Status": "Enabled", "Expiration": {"Days": 9}}]
                }
            },
            None,
            "NoSuchLifecycleConfiguration",
        ),
        (
            "bucket_cors",
            {"CORSConfiguration": {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}},
            None,
            "NoSuchCORSConfiguration",
        ),
    ],
)
def test_a_configuration_is_shown_as_it_was_given(s3: Any, name: str, given: Any, shown: Any, missing: str | None) -> None:
    get = getattr(s3, f"get_{name}")
    if missing:
        assert refusal(get, Bucket=BUCKET) == (404, missing)
    getattr(s3, f"put_{name}")(Bucket=BUCKET, **given)
    (wrapper, inside), answer = next(iter(given.items())), get(Bucket=BUCKET)
    answer.pop("ResponseMetadata")
    assert (answer.get(wrapper) or answer) == (shown or inside)


def test_a_policy_that_is_no_json_is_refused(s3: Any) -> None:
    assert refusal(s3.put_bucket_policy, Bucket=BUCKET, Policy="allow all") == (400, "MalformedPolicy")
