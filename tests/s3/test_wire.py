"""What the SDKs' own wire forms look like: addresses in hosts, signed addresses, framed bodies, checksums."""

import base64
import hashlib
import http.client
import zlib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import boto3
import pytest
import requests
from botocore.config import Config

from tests.s3.conftest import BUCKET
from tests.support.server import Server

CONTENT = b"all that glitters " * 500


def signed(account: str, **headers: str) -> dict[str, str]:
    credential = f"AWS4-HMAC-SHA256 Credential={account}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
    return {"Authorization": credential, **headers}


@pytest.mark.parametrize("host", [f"{BUCKET}.localhost", f"{BUCKET}.s3.localhost", f"{BUCKET}.s3.eu-west-1.localhost.localstack.cloud"])
def test_a_bucket_in_the_host(server: Server, account: str, s3: Any, host: str) -> None:
    headers = signed(account, Host=f"{host}:{server.port}")
    requests.put(f"{server.url}/a/b", data=b"content", headers=headers, timeout=10).raise_for_status()
    assert s3.get_object(Bucket=BUCKET, Key="a/b")["Body"].read() == b"content"
    listed = requests.get(f"{server.url}/?list-type=2", headers=headers, timeout=10)
    assert "<Key>a/b</Key>" in listed.text


def test_hosts_of_s3_are_served_unsigned_too(server: Server) -> None:
    answer = requests.get(f"{server.url}/{BUCKET}/a", headers={"Host": "s3.localhost"}, timeout=10)
    assert (answer.status_code, error_code(answer)) == (404, "NoSuchBucket")


def test_a_presigned_address_takes_and_gives_an_object_until_it_expires(server: Server, s3: Any) -> None:
    named = {"Bucket": BUCKET, "Key": "report.pdf"}
    put, get = (s3.generate_presigned_url(operation, Params=named) for operation in ("put_object", "get_object"))
    requests.put(put, data=CONTENT, timeout=10).raise_for_status()
    assert requests.get(get, timeout=10).content == CONTENT
    expired = requests.get(s3.generate_presigned_url("get_object", Params=named, ExpiresIn=0), timeout=10)
    assert (expired.status_code, error_code(expired)) == (403, "AccessDenied")


@pytest.mark.parametrize("step", [7, 1000, 100_000])
def test_a_framed_body_with_a_checksum_in_its_trailer(server: Server, account: str, s3: Any, step: int) -> None:
    checksum = base64.b64encode(zlib.crc32(CONTENT).to_bytes(4, "big")).decode()
    body = framed(CONTENT, f"x-amz-checksum-crc32:{checksum}")
    answer = requests.put(
        f"{server.url}/{BUCKET}/framed",
        data=(body[start : start + step] for start in range(0, len(body), step)),  # cut anywhere
        headers=trailing(account, "x-amz-checksum-crc32"),
        timeout=30,
    )
    answer.raise_for_status()
    got = s3.get_object(Bucket=BUCKET, Key="framed", ChecksumMode="ENABLED")
    assert (got["Body"].read(), got["ChecksumCRC32"], got.get("ContentEncoding")) == (CONTENT, checksum, "gzip")


@pytest.mark.parametrize(
    ("algorithm", "content", "checksum"),
    [
        # As the catalogue of CRCs has them: https://reveng.sourceforge.io/crc-catalogue/all.htm
        ("crc32", b"123456789", "cbf43926"),
        ("crc32c", b"123456789", "e3069283"),
        ("crc64nvme", b"123456789", "ae8b14860a799888"),
        # As the AWS SDK for C++ sends them: aws/aws-sdk-cpp, ChecksumInterceptorTest.cpp
        ("xxhash64", b"Memento Mori", "8295a360c2e9f570"),
        ("xxhash3", b"Memento Mori", "f51ac5ee4ae1b8e2"),
        ("xxhash128", b"Memento Mori", "016e43058fb5f305bb56e4ac17234502"),
    ],
)
def test_content_with_its_checksum_is_taken_and_told_with_it(
    server: Server, account: str, s3: Any, algorithm: str, content: bytes, checksum: str
) -> None:
    checksum = base64.b64encode(bytes.fromhex(checksum)).decode()
    headers = signed(account, **{f"x-amz-checksum-{algorithm}": checksum})
    requests.put(f"{server.url}/{BUCKET}/checked", data=content, headers=headers, timeout=10).raise_for_status()
    shown = s3.head_object(Bucket=BUCKET, Key="checked", ChecksumMode="ENABLED")
    assert shown[f"Checksum{algorithm.upper()}"] == checksum
    # In pieces, framed, with the checksum in the trailer.
    body = framed(content, f"x-amz-checksum-{algorithm}:{checksum}", size=2)
    framing = trailing(account, f"x-amz-checksum-{algorithm}") | {"x-amz-decoded-content-length": str(len(content))}
    pieces = (body[start : start + 3] for start in range(0, len(body), 3))
    requests.put(f"{server.url}/{BUCKET}/framed", data=pieces, headers=framing, timeout=10).raise_for_status()


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"x-amz-checksum-crc32": "AAAAAA=="}, "BadDigest"),
        ({"x-amz-checksum-sha256": base64.b64encode(hashlib.sha256(b"other").digest()).decode()}, "BadDigest"),
        ({"x-amz-checksum-crc32c": "AAAAAA=="}, "BadDigest"),
        ({"x-amz-checksum-crc64nvme": "AAAAAAAAAAA="}, "BadDigest"),
        ({"x-amz-checksum-xxhash3": "AAAAAAAAAAA="}, "BadDigest"),
        ({"x-amz-checksum-md5": base64.b64encode(hashlib.md5(b"other").digest()).decode()}, "BadDigest"),
        ({"Content-MD5": base64.b64encode(hashlib.md5(b"other").digest()).decode()}, "BadDigest"),
        ({"Content-MD5": "nonsense"}, "InvalidDigest"),
    ],
)
def test_content_that_is_not_what_was_announced_is_refused(
    server: Server, account: str, s3: Any, headers: dict[str, str], code: str
) -> None:
    answer = requests.put(f"{server.url}/{BUCKET}/a", data=CONTENT, headers=signed(account, **headers), timeout=10)
    assert (answer.status_code, error_code(answer)) == (400, code)
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)


def test_a_framed_body_that_breaks_off_is_refused(server: Server, account: str, s3: Any) -> None:
    body = framed(CONTENT, "").replace(b"\r\n0\r\n\r\n\r\n", b"\r\n")
    answer = requests.put(f"{server.url}/{BUCKET}/a", data=body, headers=trailing(account, ""), timeout=10)
    assert (answer.status_code, error_code(answer)) == (400, "IncompleteBody")
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)


@pytest.mark.parametrize(
    "body", [b"", b"<Delete", b"<Delete/>", b'<!DOCTYPE a [<!ENTITY b "c">]><Delete><Object><Key>&b;</Key></Object></Delete>']
)
def test_a_document_that_is_none_is_refused(server: Server, account: str, s3: Any, body: bytes) -> None:
    answer = requests.post(f"{server.url}/{BUCKET}?delete", data=body, headers=signed(account), timeout=10)
    assert (answer.status_code, error_code(answer)) == (400, "MalformedXML")


def test_content_larger_than_the_server_else_reads_goes_to_the_disk(server: Server, account: str, s3: Any, tmp_path: Path) -> None:
    size = 520 * 1024**2
    with (tmp_path / "large").open("w+b") as content:
        content.truncate(size)
        answer = requests.put(f"{server.url}/{BUCKET}/large", data=content, headers=signed(account), timeout=100)
    assert answer.status_code == 200
    assert s3.head_object(Bucket=BUCKET, Key="large")["ContentLength"] == size
    s3.delete_object(Bucket=BUCKET, Key="large")


@pytest.mark.parametrize("name", ["Content-Length", "x-amz-decoded-content-length"])
def test_more_than_one_request_may_bring_is_refused_before_it_is_sent(server: Server, account: str, s3: Any, name: str) -> None:
    """Clients that wait for leave, as SDKs do, need not send it."""
    assert s3
    announced = {"Content-Length": str(5 * 1024**3 + 100), name: str(5 * 1024**3 + 1), "Expect": "100-continue"}
    connection = http.client.HTTPConnection("localhost", server.port, timeout=10)
    connection.putrequest("PUT", f"/{BUCKET}/huge")
    for header, value in signed(account, **announced).items():
        connection.putheader(header, value)
    connection.endheaders()
    answer = connection.getresponse()
    said = ElementTree.fromstring(answer.read())
    connection.close()
    assert (answer.status, said.findtext("Code"), said.findtext("MaxSizeAllowed")) == (400, "EntityTooLarge", "5368709120")
    assert said.findtext("ProposedSize") == str(5 * 1024**3 + 1)


@pytest.mark.parametrize("announced", ["\u00b2", "9" * 5000, "-1"], ids=["superscript", "endless", "negative"])
def test_an_announced_length_that_is_none_is_refused(server: Server, account: str, s3: Any, announced: str) -> None:
    framing = trailing(account, "") | {"x-amz-decoded-content-length": announced.encode("latin-1")}
    answer = requests.put(f"{server.url}/{BUCKET}/framed", data=framed(CONTENT, ""), headers=framing, timeout=10)
    assert (answer.status_code, ElementTree.fromstring(answer.content).findtext("Code")) == (400, "IncompleteBody")
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET, Prefix="framed")


def test_a_browser_may_ask_first(server: Server, s3: Any) -> None:
    url = s3.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": "a"})
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}
    allowed = requests.options(url, headers=asked, timeout=10).headers
    assert (allowed["Access-Control-Allow-Origin"], "PUT" in allowed["Access-Control-Allow-Methods"]) == ("*", True)
    assert requests.put(url, data=b"", headers={"Origin": "https://shop.example"}, timeout=10).headers["Access-Control-Allow-Origin"] == "*"


def test_signatures_of_s3_are_checked_where_signatures_are(start_server: Any) -> None:
    server = start_server(verify_signatures=True)
    role = {"RoleArn": "arn:aws:iam::111111111111:role/deploy", "RoleSessionName": "ci"}
    issued = server.client("sts", account="111111111111").assume_role(**role)["Credentials"]
    named = {"aws_access_key_id": issued["AccessKeyId"], "aws_session_token": issued["SessionToken"]}
    config = Config(signature_version="s3v4")
    right, wrong = (
        boto3.client("s3", endpoint_url=server.url, region_name="us-east-1", aws_secret_access_key=secret, config=config, **named)
        for secret in (issued["SecretAccessKey"], "another")
    )
    right.create_bucket(Bucket=BUCKET)
    right.put_object(Bucket=BUCKET, Key="a/b c+ü", Body=CONTENT)
    assert right.get_object(Bucket=BUCKET, Key="a/b c+ü")["Body"].read() == CONTENT
    with pytest.raises(wrong.exceptions.ClientError, match="SignatureDoesNotMatch"):
        wrong.put_object(Bucket=BUCKET, Key="a", Body=CONTENT)
    addresses = [client.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "a/b c+ü"}) for client in (right, wrong)]
    answers = [requests.get(address, timeout=10) for address in addresses]
    assert [answer.status_code for answer in answers] == [200, 403]
    assert (answers[0].content, error_code(answers[1])) == (CONTENT, "SignatureDoesNotMatch")


def framed(content: bytes, trailer: str, size: int = 4096) -> bytes:
    chunks = [content[start : start + size] for start in range(0, len(content), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n" + trailer.encode() + b"\r\n\r\n"


def trailing(account: str, trailer: str) -> dict[str, str]:
    headers = signed(account, **{"x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "Content-Encoding": "gzip,aws-chunked"})
    return headers | {"x-amz-decoded-content-length": str(len(CONTENT)), **({"x-amz-trailer": trailer} if trailer else {})}


def error_code(answer: requests.Response) -> str:
    return ElementTree.fromstring(answer.content).findtext("Code") or ""
