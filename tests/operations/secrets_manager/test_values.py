"""Versions of secrets and their staging labels."""

from typing import Any

from tests.operations.refusals import refusal


def stages(secrets: Any) -> dict[str, list[str]]:
    shown: dict[str, list[str]] = secrets.describe_secret(SecretId="s")["VersionIdsToStages"]
    return shown


def test_a_value_is_read_by_label_and_by_version(secrets: Any) -> None:
    first = secrets.create_secret(Name="s", SecretString="a")["VersionId"]
    second = secrets.put_secret_value(SecretId="s", SecretBinary=b"\x00b")
    assert second["VersionStages"] == ["AWSCURRENT"]
    current = secrets.get_secret_value(SecretId="s")
    assert (current["SecretBinary"], current["VersionId"], "SecretString" in current) == (b"\x00b", second["VersionId"], False)
    assert secrets.get_secret_value(SecretId="s", VersionStage="AWSPREVIOUS")["SecretString"] == "a"
    assert secrets.get_secret_value(SecretId="s", VersionId=first)["VersionStages"] == ["AWSPREVIOUS"]
    assert refusal(secrets.get_secret_value, SecretId="s", VersionStage="AWSPENDING") == (
        "ResourceNotFoundException",
        "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    )
    mismatch = refusal(secrets.get_secret_value, SecretId="s", VersionId=first, VersionStage="AWSCURRENT")
    assert mismatch == ("InvalidRequestException", "You provided a VersionStage that is not associated to the provided VersionId.")
    unknown = refusal(secrets.get_secret_value, SecretId="s", VersionId="0" * 32)
    assert unknown == ("ResourceNotFoundException", f"Secrets Manager can't find the specified secret value for VersionId: {'0' * 32}")


def test_a_secret_without_a_value_has_none_to_show(secrets: Any) -> None:
    assert "VersionId" not in secrets.create_secret(Name="s")
    assert refusal(secrets.get_secret_value, SecretId="s")[0] == "ResourceNotFoundException"
    assert secrets.put_secret_value(SecretId="s", SecretString="a", VersionStages=["mine"])["VersionStages"] == ["mine", "AWSCURRENT"]
    assert refusal(secrets.put_secret_value, SecretId="s")[0] == "InvalidRequestException"


def test_labels_move(secrets: Any) -> None:
    first = secrets.create_secret(Name="s", SecretString="a")["VersionId"]
    second = secrets.put_secret_value(SecretId="s", SecretString="b", VersionStages=["next"])["VersionId"]
    assert stages(secrets) == {first: ["AWSCURRENT"], second: ["next"]}
    move = {"SecretId": "s", "VersionStage": "AWSCURRENT", "MoveToVersionId": second}
    code, message = refusal(secrets.update_secret_version_stage, **move)
    assert (code, first in message) == ("InvalidParameterException", True)
    secrets.update_secret_version_stage(**move, RemoveFromVersionId=first)
    assert stages(secrets) == {first: ["AWSPREVIOUS"], second: ["next", "AWSCURRENT"]}
    secrets.update_secret_version_stage(SecretId="s", VersionStage="next", RemoveFromVersionId=second)
    assert stages(secrets)[second] == ["AWSCURRENT"]
    gone = {"SecretId": "s", "VersionStage": "AWSCURRENT", "RemoveFromVersionId": second}
    assert refusal(secrets.update_secret_version_stage, **gone)[0] == "InvalidParameterException"
    wrong = {"SecretId": "s", "VersionStage": "next", "RemoveFromVersionId": first}
    assert refusal(secrets.update_secret_version_stage, **wrong)[0] == "InvalidParameterException"


def test_versions_without_a_label_are_deprecated(secrets: Any) -> None:
    ids = [secrets.create_secret(Name="s", SecretString="0")["VersionId"]]
    ids += [secrets.put_secret_value(SecretId="s", SecretString=str(number))["VersionId"] for number in range(1, 4)]
    listed = secrets.list_secret_version_ids(SecretId="s")["Versions"]
    assert [(each["VersionId"], each["VersionStages"]) for each in listed] == [(ids[2], ["AWSPREVIOUS"]), (ids[3], ["AWSCURRENT"])]
    assert secrets.get_secret_value(SecretId="s", VersionId=ids[0])["SecretString"] == "0"
    whole = secrets.list_secret_version_ids(SecretId="s", IncludeDeprecated=True)["Versions"]
    assert [each["VersionId"] for each in whole] == ids
    assert [bool(each.get("LastAccessedDate")) for each in whole] == [True, False, False, False]


def test_only_so_many_versions_are_kept(secrets: Any) -> None:
    first = secrets.create_secret(Name="s", SecretString="first")["VersionId"]
    secrets.update_secret_version_stage(SecretId="s", VersionStage="kept", MoveToVersionId=first)
    for number in range(105):
        secrets.put_secret_value(SecretId="s", SecretString=str(number))
    whole = secrets.list_secret_version_ids(SecretId="s", IncludeDeprecated=True)["Versions"]
    assert (len(whole), whole[0]["VersionId"]) == (100, first)


def test_several_are_read_at_once(secrets: Any) -> None:
    for name in ("a", "b", "empty"):
        secrets.create_secret(Name=name, **({} if name == "empty" else {"SecretString": name.upper()}))
    answer = secrets.batch_get_secret_value(SecretIdList=["a", "empty", "nobody's"])
    assert [each["SecretString"] for each in answer["SecretValues"]] == ["A"]
    assert [(each["SecretId"], each["ErrorCode"]) for each in answer["Errors"]] == [
        ("empty", "ResourceNotFoundException"),
        ("nobody's", "ResourceNotFoundException"),
    ]
    filtered = secrets.batch_get_secret_value(Filters=[{"Key": "name", "Values": ["b"]}])
    assert [each["Name"] for each in filtered["SecretValues"]] == ["b"]
    assert refusal(secrets.batch_get_secret_value)[0] == "InvalidParameterException"
