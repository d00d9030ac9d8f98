"""The Lambda API through boto3: functions, their code, configuration and tags."""

import base64
import hashlib
import io
import zipfile
from typing import Any

import pytest
from botocore.config import Config

from tests.operations.refusals import refusal
from tests.support.clients import AwsCli
from tests.support.server import REGION, Server

ROLE = "arn:aws:iam::123456789012:role/function"


def package(source: str = "def handler(event, context):\n    return event\n") -> bytes:
    """A zip archive with `app.py`, the same for the same source."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), source)
    return buffer.getvalue()


@pytest.fixture
def lambdas(server: Server, account: str) -> Any:
    return server.client("lambda", account=account)


def create(lambdas: Any, name: str = "f", **settings: Any) -> dict[str, Any]:
    request = {
        "FunctionName": name,
        "Runtime": "python3.11",
        "Handler": "app.handler",
        "Role": ROLE,
        "Code": {"ZipFile": package()},
    } | settings
    made: dict[str, Any] = lambdas.create_function(**{member: value for member, value in request.items() if value is not None})
    return made


class TestCreating:
    def test_a_function_is_active_at_once_and_shown_as_lambda_shows_it(self, lambdas: Any, account: str) -> None:
        made = create(lambdas, Environment={"Variables": {"MODE": "b"}}, Tags={"team": "a"}, Description="d", Timeout=9, MemorySize=256)
        code = package()
        expected = {
            "FunctionName": "f",
            "FunctionArn": f"arn:aws:lambda:{REGION}:{account}:function:f",
            "Runtime": "python3.11",
            "Handler": "app.handler",
            "Role": ROLE,
            "Description": "d",
            "Timeout": 9,
            "MemorySize": 256,
            "CodeSize": len(code),
            "CodeSha256": base64.b64encode(hashlib.sha256(code).digest()).decode(),
            "Version": "$LATEST",
            "Environment": {"Variables": {"MODE": "b"}},
            "PackageType": "Zip",
            "Architectures": ["x86_64"],
            "State": "Active",
            "LastUpdateStatus": "Successful",
        }
        assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
        assert expected.items() <= made.items()
        lambdas.get_waiter("function_active_v2").wait(FunctionName="f")
        shown = lambdas.get_function(FunctionName="f")
        assert shown["Tags"] == {"team": "a"}
        assert expected.items() <= shown["Configuration"].items()
        assert expected.items() <= lambdas.get_function_configuration(FunctionName=made["FunctionArn"]).items()

    def test_its_code_can_be_had_where_get_function_says(self, lambdas: Any, server: Server) -> None:
        create(lambdas)
        location = lambdas.get_function(FunctionName="f")["Code"]["Location"]
        assert server.http.get(location, timeout=5).content == package()

    def test_what_it_has_not_is_told_as_lambda_tells_it(self, lambdas: Any) -> None:
        create(lambdas)
        signing, concurrency = lambdas.get_function_code_signing_config, lambdas.get_function_concurrency
        assert [name for name in signing(FunctionName="f") if name != "ResponseMetadata"] == ["FunctionName"]
        assert "ReservedConcurrentExecutions" not in concurrency(FunctionName="f")
        assert {refusal(ask, FunctionName="nothing")[0] for ask in (signing, concurrency)} == {"ResourceNotFoundException"}

    def test_an_image_is_for_docker(self, lambdas: Any) -> None:
        made = create(lambdas, Runtime=None, Handler=None, PackageType="Image", Code={"ImageUri": "mine:1"})
        assert made["PackageType"] == "Image"
        assert lambdas.get_function(FunctionName="f")["Code"]["ImageUri"] == "mine:1"

    def test_a_name_is_taken_once(self, lambdas: Any) -> None:
        create(lambdas)
        assert refusal(lambda: create(lambdas)) == ("ResourceConflictException", "Function already exist: f")

    def test_another_account_and_region_have_their_own(self, lambdas: Any, server: Server, account: str) -> None:
        create(lambdas)
        elsewhere = server.client("lambda", account=account, region="eu-west-1")
        assert refusal(elsewhere.get_function, FunctionName="f")[0] == "ResourceNotFoundException"
        assert create(elsewhere)["FunctionArn"].split(":")[3] == "eu-west-1"

    @pytest.mark.parametrize(
        ("settings", "sentence"),
        [
            ({"Code": {"ZipFile": b"no zip"}}, "Could not unzip uploaded file. Please check your file, then try to upload again."),
            ({"Handler": None}, "Runtime and Handler are mandatory parameters for functions created with deployment packages."),
            ({"Code": {}}, "Please provide a source for function code."),
            ({"Code": {"S3Bucket": "bucket", "S3Key": "key"}}, "S3 Error Code: NoSuchKey"),
            ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, "reserved keys"),
            ({"Environment": {"Variables": {"MODE": "x" * 4096}}}, "exceeded the 4KB limit"),
        ],
    )
    def test_what_could_not_run_is_refused(self, lambdas: Any, settings: Any, sentence: str) -> None:
        code, message = refusal(lambda: create(lambdas, **settings))
        assert code == "InvalidParameterValueException"
        assert sentence in message
        assert lambdas.list_functions()["Functions"] == []

    def test_what_the_model_forbids_is_a_validation_error(self, server: Server, account: str) -> None:
        unchecked = server.client("lambda", account=account, config=Config(parameter_validation=False))
        code, message = refusal(lambda: create(unchecked, Timeout=0))
        assert code == "ValidationException"
        assert message == (
            "1 validation error detected: Value '0' at 'timeout' failed to satisfy constraint: "
            "Member must have value greater than or equal to 1"
        )

    def test_code_of_twenty_megabytes_is_taken(self, lambdas: Any) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("app.py", "def handler(event, context): return event")
            archive.writestr("weights.bin", b"\x00" * 20_000_000)
        assert create(lambdas, Code={"ZipFile": buffer.getvalue()})["CodeSize"] > 20_000_000

    def test_the_command_line_makes_one_too(self, aws: AwsCli, tmp_path: Any) -> None:
        archive = tmp_path / "f.zip"
        archive.write_bytes(package())
        made = aws(
            "lambda", "create-function", "--function-name", "f", "--runtime", "python3.11", "--handler", "app.handler",
            "--role", ROLE, "--zip-file", f"fileb://{archive}",
        )  # fmt: skip
        assert made["State"] == "Active"
        aws("lambda", "wait", "function-active-v2", "--function-name", "f")


class TestChanging:
    def test_new_code_has_a_new_digest_and_revision(self, lambdas: Any) -> None:
        made = create(lambdas)
        changed = lambdas.update_function_code(FunctionName="f", ZipFile=package("x = 1\n"))
        assert changed["CodeSha256"] != made["CodeSha256"]
        assert changed["RevisionId"] != made["RevisionId"]
        lambdas.get_waiter("function_updated_v2").wait(FunctionName="f")

    def test_a_dry_run_changes_nothing(self, lambdas: Any) -> None:
        made = create(lambdas)
        lambdas.update_function_code(FunctionName="f", ZipFile=package("x = 1\n"), DryRun=True)
        assert lambdas.get_function_configuration(FunctionName="f")["CodeSha256"] == made["CodeSha256"]

    def test_a_configuration_changes_by_members(self, lambdas: Any) -> None:
        create(lambdas, Environment={"Variables": {"MODE": "b"}}, Description="d")
        changed = lambdas.update_function_configuration(FunctionName="f", Timeout=60, Environment={"Variables": {}})
        assert (changed["Timeout"], changed["Description"], "Environment" in changed) == (60, "d", False)

    def test_a_stale_revision_is_refused(self, lambdas: Any) -> None:
        revision = create(lambdas)["RevisionId"]
        lambdas.update_function_configuration(FunctionName="f", Timeout=60, RevisionId=revision)
        code, _ = refusal(lambdas.update_function_configuration, FunctionName="f", Timeout=61, RevisionId=revision)
        assert code == "PreconditionFailedException"

    def test_what_is_not_there_is_not_found(self, lambdas: Any, account: str) -> None:
        expected = ("ResourceNotFoundException", f"Function not found: arn:aws:lambda:{REGION}:{account}:function:f")
        assert refusal(lambdas.get_function, FunctionName="f") == expected
        assert refusal(lambdas.update_function_configuration, FunctionName="f", Timeout=9) == expected
        assert refusal(lambdas.delete_function, FunctionName="f") == expected

    def test_a_deleted_function_is_gone_with_all_that_was_its(self, lambdas: Any) -> None:
        create(lambdas, Publish=True)
        lambdas.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
        lambdas.delete_function(FunctionName="f")
        assert refusal(lambdas.get_function, FunctionName="f")[0] == "ResourceNotFoundException"
        create(lambdas)
        assert lambdas.list_aliases(FunctionName="f")["Aliases"] == []


class TestListing:
    def test_by_name_in_pages(self, lambdas: Any) -> None:
        for name in ("c", "a", "b"):
            create(lambdas, name)
        pages = list(lambdas.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2}))
        assert [[function["FunctionName"] for function in page["Functions"]] for page in pages] == [["a", "b"], ["c"]]

    def test_a_marker_of_another_list_is_refused(self, lambdas: Any) -> None:
        assert refusal(lambdas.list_functions, Marker="bm9uZQ==")[0] == "InvalidParameterValueException"


class TestTags:
    def test_they_are_added_and_taken_away(self, lambdas: Any) -> None:
        arn = create(lambdas, Tags={"a": "1"})["FunctionArn"]
        lambdas.tag_resource(Resource=arn, Tags={"b": "2", "c": "3"})
        lambdas.untag_resource(Resource=arn, TagKeys=["a", "c"])
        assert lambdas.list_tags(Resource=arn)["Tags"] == {"b": "2"}


def test_functions_outlive_a_restart(start_server: Any, account: str) -> None:
    server = start_server()
    create(server.client("lambda", account=account), Tags={"a": "1"})
    server.restart()
    assert server.client("lambda", account=account).get_function(FunctionName="f")["Tags"] == {"a": "1"}


def test_a_reset_empties_an_account(server: Server, account: str, lambdas: Any) -> None:
    create(lambdas)
    server.http.post(f"{server.url}/_emu/reset", params={"account": account}, timeout=5).raise_for_status()
    assert lambdas.list_functions()["Functions"] == []


def test_an_unknown_path_is_an_aws_error(server: Server) -> None:
    answer = server.http.get(f"{server.url}/2015-03-31/nothing", timeout=5)
    assert answer.headers["x-amzn-ErrorType"] == "UnknownOperationException"
    assert answer.status_code == 400


def test_a_body_that_is_no_json_is_an_aws_error(server: Server) -> None:
    answer = server.http.post(f"{server.url}/2015-03-31/functions", data=b"{", timeout=5)
    assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (400, "SerializationException")


def test_an_answer_without_content_says_no_length(lambdas: Any) -> None:
    arn = create(lambdas)["FunctionArn"]
    for answer in lambdas.tag_resource(Resource=arn, Tags={"team": "a"}), lambdas.delete_function(FunctionName=arn):
        sent = answer["ResponseMetadata"]
        assert sent["HTTPStatusCode"] == 204
        assert "content-length" not in sent["HTTPHeaders"]
