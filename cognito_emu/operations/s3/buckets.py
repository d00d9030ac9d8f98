"""Buckets. They belong to an account; as on AWS every region sees all of them, and each lies in one."""

from __future__ import annotations

import re
from typing import Any

from cognito_emu.call import Call
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.s3.errors import (
    BucketAlreadyOwnedByYou,
    BucketNotEmpty,
    IllegalLocationConstraintException,
    InvalidBucketName,
    NoSuchBucket,
)
from cognito_emu.store import Tx
from cognito_emu.store.s3 import Bucket

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_NAME = re.compile(r"(?!xn--|sthree-)(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_FIRST_REGION = "us-east-1"
_MOST_BUCKETS = 10_000
# What every new bucket has since April 2023 (user guide, "Blocking public access").
_NEW = {
    "PublicAccessBlock": {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True},
    "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
}


@operation("ListBuckets", service="s3")
async def list_buckets(call: Call, request: Request) -> Response:
    """List the account's buckets."""
    found = await call.store.read(lambda tx: tx.s3_buckets.of_account(call.tenant.account))
    prefix, region, after = request.get("Prefix", ""), request.get("BucketRegion"), request.get("ContinuationToken", "")
    chosen = [each for each in found if each.name.startswith(prefix) and region in {None, each.region} and each.name > after]
    most = request.get("MaxBuckets", _MOST_BUCKETS)
    return {
        "Buckets": [{"Name": each.name, "CreationDate": each.created_at, "BucketRegion": each.region} for each in chosen[:most]],
        "Owner": owner(call),
        "ContinuationToken": chosen[most - 1].name if len(chosen) > most else None,
        "Prefix": request.get("Prefix"),
    }


@operation("CreateBucket", service="s3")
async def create_bucket(call: Call, request: Request) -> Response:
    """Make a bucket."""
    name, region = request["Bucket"], call.tenant.region
    if not _NAME.fullmatch(name):
        raise InvalidBucketName(BucketName=name)
    _check_location(request.get("CreateBucketConfiguration", {}).get("LocationConstraint"), region)

    def write(tx: Tx) -> None:
        if tx.s3_buckets.get(call.tenant.account, name):
            if region != _FIRST_REGION:  # which answers as if it had made it
                raise BucketAlreadyOwnedByYou(BucketName=name)
            return
        tx.s3_buckets.add(Bucket(call.tenant.account, name, region, call.env.now(), dict(_NEW)))

    await call.store.transact(write)
    return {"Location": f"/{name}"}


def _check_location(constraint: str | None, region: str) -> None:
    """Refuse a bucket that shall lie elsewhere than where the request goes. `EU` is an old name of Ireland."""
    wanted = {None: _FIRST_REGION, "EU": "eu-west-1"}.get(constraint, constraint)
    if wanted != region:
        named = "unspecified" if constraint is None else constraint
        raise IllegalLocationConstraintException(
            f"The {named} location constraint is incompatible for the region specific endpoint this request was sent to."
        )


@operation("HeadBucket", service="s3")
async def head_bucket(call: Call, request: Request) -> Response:
    """Tell that a bucket is there, and where it lies."""
    bucket = await call.store.read(lambda tx: require_bucket(call, tx, request["Bucket"]))
    return {"BucketRegion": bucket.region, "BucketArn": f"arn:aws:s3:::{bucket.name}", "AccessPointAlias": False}


@operation("GetBucketLocation", service="s3")
async def get_bucket_location(call: Call, request: Request) -> Response:
    """Tell the bucket's region; the first one has no name here."""
    bucket = await call.store.read(lambda tx: require_bucket(call, tx, request["Bucket"]))
    return {"LocationConstraint": None if bucket.region == _FIRST_REGION else bucket.region}


@operation("DeleteBucket", service="s3")
async def delete_bucket(call: Call, request: Request) -> Response:
    """Delete an empty bucket. Uploads that were never completed go with it."""

    def write(tx: Tx) -> list[str]:
        bucket = require_bucket(call, tx, request["Bucket"])
        if tx.s3_objects.page(bucket.account, bucket.name, prefix="", after="", limit=1):
            raise BucketNotEmpty(BucketName=bucket.name)
        uploads = tx.s3_uploads.of_bucket(bucket.account, bucket.name)
        dropped = [file for upload in uploads for file in tx.s3_uploads.delete(upload.id)]
        tx.s3_buckets.delete(bucket.account, bucket.name)
        return dropped

    call.parts.objects.drop(await call.store.transact(write))
    return None


def require_bucket(call: Call, tx: Tx, name: str) -> Bucket:
    """The account's bucket of that name.

    Raises:
        NoSuchBucket: It has none.
    """
    bucket = tx.s3_buckets.get(call.tenant.account, name)
    if bucket is None:
        raise NoSuchBucket(BucketName=name)
    return bucket


def owner(call: Call) -> dict[str, Any]:
    """Who owns everything in the account. Assumption: its number, in the place of the canonical user id that AWS draws for it."""
    return {"ID": call.tenant.account}
