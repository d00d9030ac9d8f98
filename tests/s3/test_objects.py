"""Objects through boto3: what was put is what is got, with everything that was said of it."""

import base64
import concurrent.futures
import hashlib
import io
import os
import time
import zlib
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from tests.s3.conftest import BUCKET
from tests.support.server import Server

MEGABYTE = 1024 * 1024


def test_what_was_put_is_got_with_all_that_was_said_of_it(s3: Any) -> None:
    said = {"ContentType": "text/css", "CacheControl": "no-store", "ContentLanguage": "de", "Metadata": {"built-by": "ci"}}
    put = s3.put_object(Bucket=BUCKET, Key="site/größe & form.css", Body=b"a {}", **said)
    got = s3.get_object(Bucket=BUCKET, Key="site/größe & form.css")
    head = s3.head_object(Bucket=BUCKET, Key="site/größe & form.css")
    assert put["ETag"] == got["ETag"] == head["ETag"] == f'"{hashlib.md5(b"a {}").hexdigest()}"'
    assert got["Body"].read() == b"a {}"
    assert {name: got[name] for name in said} == {name: head[name] for name in said} == said
    assert (head["ContentLength"], head["AcceptRanges"]) == (4, "bytes")


def test_an_object_is_replaced_by_the_next_of_its_key(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"old", Metadata={"x": "y"})
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"new")
    got = s3.get_object(Bucket=BUCKET, Key="a")
    assert (got["Body"].read(), got["Metadata"]) == (b"new", {})


@pytest.mark.parametrize(("wanted", "got"), [("bytes=1-3", b"123"), ("bytes=7-", b"789"), ("bytes=-2", b"89"), ("bytes=5-99", b"56789")])
def test_a_range_of_bytes(s3: Any, wanted: str, got: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key="digits", Body=b"0123456789")
    answer = s3.get_object(Bucket=BUCKET, Key="digits", Range=wanted)
    assert (answer["Body"].read(), answer["ResponseMetadata"]["HTTPStatusCode"]) == (got, 206)
    assert answer["ContentRange"].endswith("/10")


def test_a_range_outside_of_the_object_is_refused(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="digits", Body=b"0123456789")
    assert refusal(s3.get_object, Bucket=BUCKET, Key="digits", Range="bytes=10-") == (416, "InvalidRange")


@pytest.mark.databases("sqlite", "postgresql")
def test_an_upload_in_parts_becomes_one_object(s3: Any) -> None:
    content = os.urandom(12 * MEGABYTE)
    config = TransferConfig(multipart_threshold=5 * MEGABYTE, multipart_chunksize=5 * MEGABYTE)
    s3.upload_fileobj(io.BytesIO(content), BUCKET, "big", ExtraArgs={"Metadata": {"x": "y"}}, Config=config)
    got = s3.get_object(Bucket=BUCKET, Key="big")
    assert hashlib.sha256(got["Body"].read()).digest() == hashlib.sha256(content).digest()
    assert (got["ETag"].endswith('-3"'), got["Metadata"]) == (True, {"x": "y"})
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)


@pytest.mark.parametrize("right", [True, False])
def test_the_checksum_of_the_whole_is_held_against_the_joined_parts(s3: Any, right: bool) -> None:
    named = {"Bucket": BUCKET, "Key": "whole"}
    named["UploadId"] = s3.create_multipart_upload(**named, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")["UploadId"]
    bodies = [b"a" * 5 * MEGABYTE, b"b"]
    parts = [{"PartNumber": i, "ETag": s3.upload_part(**named, PartNumber=i, Body=body)["ETag"]} for i, body in enumerate(bodies, 1)]
    checksum = base64.b64encode((zlib.crc32(b"".join(bodies)) ^ (0 if right else 1)).to_bytes(4, "big")).decode()
    whole = {"MultipartUpload": {"Parts": parts}, "ChecksumCRC32": checksum, "ChecksumType": "FULL_OBJECT"}
    if not right:
        assert refusal(s3.complete_multipart_upload, **named, **whole) == (400, "BadDigest")
        assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)
        return
    done = s3.complete_multipart_upload(**named, **whole)
    assert (done["ChecksumCRC32"], done["ChecksumType"]) == (checksum, "FULL_OBJECT")
    assert s3.head_object(Bucket=BUCKET, Key="whole", ChecksumMode="ENABLED")["ChecksumCRC32"] == checksum


def test_a_large_object_is_copied_in_parts(s3: Any) -> None:
    content = os.urandom(11 * MEGABYTE)
    s3.put_object(Bucket=BUCKET, Key="big", Body=content, Tagging="team=shop&kind=")
    config = TransferConfig(multipart_threshold=5 * MEGABYTE, multipart_chunksize=5 * MEGABYTE)
    s3.copy({"Bucket": BUCKET, "Key": "big"}, BUCKET, "copy", Config=config)
    got = s3.get_object(Bucket=BUCKET, Key="copy")
    assert hashlib.sha256(got["Body"].read()).digest() == hashlib.sha256(content).digest()
    assert got["ETag"].endswith('-3"')
    assert s3.get_object_tagging(Bucket=BUCKET, Key="big")["TagSet"] == [{"Key": "team", "Value": "shop"}, {"Key": "kind", "Value": ""}]


def test_parts_are_listed_replaced_and_thrown_away(s3: Any) -> None:
    named = {"Bucket": BUCKET, "Key": "big"}
    named["UploadId"] = s3.create_multipart_upload(**named)["UploadId"]
    for content in (b"first", b"second"):
        etag = s3.upload_part(**named, PartNumber=7, Body=content)["ETag"]
    assert [(part["PartNumber"], part["Size"], part["ETag"]) for part in s3.list_parts(**named)["Parts"]] == [(7, 6, etag)]
    wrong = {"Parts": [{"PartNumber": 7, "ETag": '"0"'}]}
    assert refusal(s3.complete_multipart_upload, **named, MultipartUpload=wrong) == (400, "InvalidPart")
    s3.abort_multipart_upload(**named)
    assert refusal(s3.upload_part, **named, PartNumber=1, Body=b"") == (404, "NoSuchUpload")
    assert refusal(s3.get_object, Bucket=BUCKET, Key="big") == (404, "NoSuchKey")


def test_only_the_last_part_may_be_small(s3: Any) -> None:
    named = {"Bucket": BUCKET, "Key": "big"}
    named["UploadId"] = s3.create_multipart_upload(**named)["UploadId"]
    parts = [{"PartNumber": number, "ETag": s3.upload_part(**named, PartNumber=number, Body=b"x")["ETag"]} for number in (1, 2)]
    assert refusal(s3.complete_multipart_upload, **named, MultipartUpload={"Parts": parts}) == (400, "EntityTooSmall")
    assert refusal(s3.complete_multipart_upload, **named, MultipartUpload={"Parts": parts[::-1]}) == (400, "InvalidPartOrder")


def test_a_copy_takes_over_what_was_said_or_what_is_said_now(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"content", Metadata={"x": "y"})
    s3.copy_object(Bucket=BUCKET, Key="b", CopySource={"Bucket": BUCKET, "Key": "a"})
    s3.copy_object(Bucket=BUCKET, Key="a", CopySource=f"{BUCKET}/a", MetadataDirective="REPLACE", Metadata={"x": "z"})
    copies = {key: s3.get_object(Bucket=BUCKET, Key=key) for key in ("a", "b")}
    assert {key: (copy["Body"].read(), copy["Metadata"]["x"]) for key, copy in copies.items()} == {
        "a": (b"content", "z"),
        "b": (b"content", "y"),
    }


def test_deleting_one_many_and_what_is_not_there(s3: Any) -> None:
    for key in "abc":
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"")
    s3.delete_object(Bucket=BUCKET, Key="a")
    s3.delete_object(Bucket=BUCKET, Key="a")
    deleted = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "b"}, {"Key": "nothing"}]})["Deleted"]
    assert [entry["Key"] for entry in deleted] == ["b", "nothing"]
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == ["c"]


def test_conditions_keep_from_overwriting_and_from_reading_again(s3: Any) -> None:
    etag = s3.put_object(Bucket=BUCKET, Key="lock", Body=b"mine", IfNoneMatch="*")["ETag"]
    assert refusal(s3.put_object, Bucket=BUCKET, Key="lock", Body=b"yours", IfNoneMatch="*") == (412, "PreconditionFailed")
    assert refusal(s3.put_object, Bucket=BUCKET, Key="lock", Body=b"yours", IfMatch='"0"') == (412, "PreconditionFailed")
    assert refusal(s3.get_object, Bucket=BUCKET, Key="lock", IfNoneMatch=etag) == (304, "304")
    assert s3.get_object(Bucket=BUCKET, Key="lock", IfMatch=etag)["Body"].read() == b"mine"


@pytest.mark.databases("sqlite", "postgresql")
def test_many_writers_of_one_key_leave_one_whole_object(s3: Any) -> None:
    contents = [os.urandom(300_000) for _ in range(8)]
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda content: s3.put_object(Bucket=BUCKET, Key="one", Body=content), contents))
    assert s3.get_object(Bucket=BUCKET, Key="one")["Body"].read() in contents


@pytest.mark.parametrize(
    ("key", "error"), [("nothing", (404, "NoSuchKey")), ("k" * 1025, (404, "NoSuchKey"))], ids=["missing", "longer than keys can be"]
)
def test_a_key_that_is_not_there(s3: Any, key: str, error: tuple[int, str]) -> None:
    assert refusal(s3.get_object, Bucket=BUCKET, Key=key) == error


def test_a_key_of_more_than_1024_bytes_is_refused(s3: Any) -> None:
    assert refusal(s3.put_object, Bucket=BUCKET, Key="ü" * 513, Body=b"") == (400, "KeyTooLongError")


def test_what_the_emulator_does_not_serve_says_so(s3: Any) -> None:
    assert refusal(s3.get_bucket_acl, Bucket=BUCKET) == (501, "NotImplemented")


def test_a_reset_of_one_account_takes_its_objects_and_their_files_only(start_server: Any) -> None:
    server = start_server()
    clients = {account: server.client("s3", account=account) for account in ("111111111111", "222222222222")}
    for client in clients.values():
        client.create_bucket(Bucket=BUCKET)
        client.put_object(Bucket=BUCKET, Key="a", Body=b"content")
        client.upload_part(
            Bucket=BUCKET, Key="b", PartNumber=1, Body=b"part", UploadId=client.create_multipart_upload(Bucket=BUCKET, Key="b")["UploadId"]
        )
    server.http.post(f"{server.url}/_emu/reset?account=111111111111", timeout=10).raise_for_status()
    assert clients["111111111111"].list_buckets()["Buckets"] == []
    assert clients["222222222222"].get_object(Bucket=BUCKET, Key="a")["Body"].read() == b"content"
    assert len(files_of(server)) == 2
    server.http.post(f"{server.url}/_emu/reset", timeout=10).raise_for_status()
    assert files_of(server) == []


def test_objects_survive_kill_9(start_server: Any) -> None:
    server = start_server()
    client = server.client("s3", account="111111111111")
    client.create_bucket(Bucket=BUCKET)
    client.put_object(Bucket=BUCKET, Key="a", Body=b"content")
    server.kill()
    server.restart()
    assert client.get_object(Bucket=BUCKET, Key="a")["Body"].read() == b"content"


def test_files_that_no_object_has_go_at_the_next_start_when_they_are_a_day_old(start_server: Any) -> None:
    server = start_server()
    client = server.client("s3", account="111111111111")
    client.create_bucket(Bucket=BUCKET)
    client.put_object(Bucket=BUCKET, Key="a", Body=b"content")
    server.stop()
    folder = server.folder / "data" / "s3"
    (kept,) = files_of(server)
    (folder / "young.part").write_bytes(b"")
    for name in (kept, "orphan", "broken-off.part"):
        (folder / name).touch()
        os.utime(folder / name, (0, 0))
    server.restart()
    deadline = time.monotonic() + 30
    while len(files_of(server)) > 2 and time.monotonic() < deadline:
        time.sleep(0.05)  # it tidies up without announcing it
    assert sorted(files_of(server)) == sorted([kept, "young.part"])
    assert client.get_object(Bucket=BUCKET, Key="a")["Body"].read() == b"content"


def refusal(call: Any, **members: Any) -> tuple[int, str]:
    with pytest.raises(ClientError) as refused:
        call(**members)
    response = refused.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


def files_of(server: Server) -> list[str]:
    return [path.name for path in (server.folder / "data" / "s3").glob("*")]
