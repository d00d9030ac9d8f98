"""Layers through boto3: published, listed, chosen by functions, and really there when a function runs."""

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from tests.lambda_api.test_functions import create, package
from tests.operations.refusals import refusal
from tests.support.server import REGION, Server, ServerFactory

NOT_THERE = ("ResourceNotFoundException", "The resource you requested does not exist.")


def layer(name: str) -> bytes:
    """An archive with a module that says its name."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("python/layered.py"), f"NAME = {name!r}\n")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def running(servers: ServerFactory) -> Iterator[Server]:
    with servers(triggers="process") as server:
        yield server


@pytest.fixture
def lambdas(running: Server, account: str) -> Any:
    return running.client("lambda", account=account)


def publish(lambdas: Any, name: str = "shared", content: bytes | None = None, **settings: Any) -> dict[str, Any]:
    made = lambdas.publish_layer_version(LayerName=name, Content={"ZipFile": content or layer(name)}, **settings)
    return without_metadata(made)


def without_metadata(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_a_version_is_shown_as_lambda_shows_it(lambdas: Any, running: Server, account: str) -> None:
    content = layer("shared")
    described = {"Description": "d", "CompatibleRuntimes": ["python3.11"], "CompatibleArchitectures": ["x86_64"], "LicenseInfo": "MIT"}
    made = publish(lambdas, content=content, **described)

    arn = f"arn:aws:lambda:{REGION}:{account}:layer:shared"
    assert ({"LayerArn": arn, "LayerVersionArn": f"{arn}:1", "Version": 1} | described).items() <= made.items()
    assert made["Content"]["CodeSize"] == len(content)
    assert made["Content"]["CodeSha256"] == base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert running.http.get(made["Content"]["Location"], timeout=5).content == content
    assert made == without_metadata(lambdas.get_layer_version(LayerName="shared", VersionNumber=1))
    assert made == without_metadata(lambdas.get_layer_version(LayerName=arn, VersionNumber=1))
    assert made == without_metadata(lambdas.get_layer_version_by_arn(Arn=f"{arn}:1"))


def test_lists_show_the_newest_first_and_what_suits(lambdas: Any) -> None:
    publish(lambdas, "a", CompatibleRuntimes=["python3.11"])
    publish(lambdas, "a", CompatibleRuntimes=["nodejs20.x"])
    publish(lambdas, "b", CompatibleRuntimes=["nodejs20.x"])

    def newest(**wanted: Any) -> dict[str, int]:
        listed = lambdas.get_paginator("list_layers").paginate(PaginationConfig={"PageSize": 1}, **wanted).build_full_result()["Layers"]
        return {one["LayerName"]: one["LatestMatchingVersion"]["Version"] for one in listed}

    assert newest() == {"a": 2, "b": 1}
    assert newest(CompatibleRuntime="python3.11") == {"a": 1}
    pages = lambdas.get_paginator("list_layer_versions").paginate(LayerName="a", PaginationConfig={"PageSize": 1})
    assert [one["Version"] for one in pages.build_full_result()["LayerVersions"]] == [2, 1]
    assert lambdas.list_layer_versions(LayerName="none")["LayerVersions"] == []


def test_numbers_are_never_given_again(lambdas: Any) -> None:
    publish(lambdas)
    publish(lambdas)
    for _ in range(2):
        lambdas.delete_layer_version(LayerName="shared", VersionNumber=2)
    assert publish(lambdas)["Version"] == 3
    assert refusal(lambdas.get_layer_version, LayerName="shared", VersionNumber=2) == NOT_THERE
    assert [one["Version"] for one in lambdas.list_layer_versions(LayerName="shared")["LayerVersions"]] == [3, 1]


def test_functions_run_with_their_layers_and_keep_deleted_ones(lambdas: Any) -> None:
    lower, upper = (publish(lambdas, name)["LayerVersionArn"] for name in ("lower", "upper"))
    source = "import layered\ndef handler(event, context):\n    return layered.NAME\n"
    made = create(lambdas, Code={"ZipFile": package(source)}, Layers=[lower, upper], Timeout=20)
    assert made["Layers"] == [{"Arn": arn, "CodeSize": len(layer("lower"))} for arn in (lower, upper)]
    assert json.load(lambdas.invoke(FunctionName="f")["Payload"]) == "upper"

    lambdas.delete_layer_version(LayerName="upper", VersionNumber=1)
    lambdas.update_function_configuration(FunctionName="f", Timeout=19)
    assert json.load(lambdas.invoke(FunctionName="f")["Payload"]) == "upper"
    assert refusal(create, lambdas=lambdas, name="g", Layers=[upper]) == (
        "InvalidParameterValueException",
        f"Layer version {upper} does not exist.",
    )

    lambdas.update_function_configuration(FunctionName="f", Layers=[])
    assert "Layers" not in lambdas.get_function_configuration(FunctionName="f")
    assert "layered" in json.load(lambdas.invoke(FunctionName="f")["Payload"])["errorMessage"]


def test_what_lambda_would_not_take_is_refused(lambdas: Any, account: str) -> None:
    versions = [publish(lambdas, f"layer-{number}")["LayerVersionArn"] for number in range(6)]
    again = publish(lambdas, "layer-0")["LayerVersionArn"]
    unknown = f"arn:aws:lambda:{REGION}:{account}:layer:unknown:1"
    for layers, message in (
        (versions, "Cannot reference more than 5 layers."),
        ([versions[0], again], "Two different versions of the same layer are not allowed to be referenced in the same function."),
        ([unknown], f"Layer version {unknown} does not exist."),
    ):
        assert refusal(create, lambdas=lambdas, Layers=layers) == ("InvalidParameterValueException", message)
    unzip = "Could not unzip uploaded file. Please check your file, then try to upload again."
    assert refusal(publish, lambdas=lambdas, content=b"no archive") == ("InvalidParameterValueException", unzip)
    assert refusal(lambdas.get_layer_version, LayerName="shared", VersionNumber=1) == NOT_THERE
    assert refusal(lambdas.get_layer_version_by_arn, Arn=unknown) == NOT_THERE


def test_another_accounts_layer_is_named_but_not_there(lambdas: Any) -> None:
    """Layers that others share on AWS cannot be had here; functions run without them, and the log says so."""
    foreign = f"arn:aws:lambda:{REGION}:017000801446:layer:AWSLambdaPowertoolsPythonV3-python311-x86_64:1"
    create(lambdas, Layers=[foreign], Timeout=20)
    assert lambdas.get_function_configuration(FunctionName="f")["Layers"] == [{"Arn": foreign, "CodeSize": 0}]
    assert json.load(lambdas.invoke(FunctionName="f", Payload=b"{}")["Payload"]) == {}
    assert refusal(lambdas.get_layer_version_by_arn, Arn=foreign) == NOT_THERE


def test_a_reset_takes_an_accounts_layers_along(lambdas: Any, running: Server, account: str) -> None:
    publish(lambdas)
    running.http.post(f"{running.url}/_emu/reset?account={account}", timeout=10).raise_for_status()
    assert lambdas.list_layers()["Layers"] == []
    assert publish(lambdas)["Version"] == 1
