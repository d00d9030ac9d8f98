"""Drift of what stands around pools: buckets, providers, versions of functions and layers."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from tests.cloudformation.stacks import assert_status, body, physical_ids
from tests.federation.saml_provider import SamlProvider
from tests.support.server import Server

POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]}
BLOCKED = {"BlockPublicAcls": True, "BlockPublicPolicy": True, "IgnorePublicAcls": True, "RestrictPublicBuckets": True}
BUCKET = {
    "VersioningConfiguration": {"Status": "Enabled"},
    "BucketEncryption": {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]},
    "PublicAccessBlockConfiguration": BLOCKED,
    "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    "Tags": [{"Key": "team", "Value": "shop"}],
    "LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 1}]},
}


def statuses(cfn: Any) -> dict[str, str]:
    """What the stack's resources are, by logical id, after a look at them."""
    cfn.detect_stack_drift(StackName="s")
    return {each["LogicalResourceId"]: each["StackResourceDriftStatus"] for each in found(cfn)}


def found(cfn: Any) -> list[dict[str, Any]]:
    drifts: list[dict[str, Any]] = cfn.describe_stack_resource_drifts(StackName="s")["StackResourceDrifts"]
    return drifts


def differences(cfn: Any, logical_id: str) -> list[str]:
    """Where a resource differs."""
    return [
        each["PropertyPath"] for drift in found(cfn) if drift["LogicalResourceId"] == logical_id for each in drift["PropertyDifferences"]
    ]


def test_buckets_and_their_policies(cfn: Any, server: Server, account: str) -> None:
    resources = {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": BUCKET},
        "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": POLICY}},
        "Gone": {"Type": "AWS::S3::Bucket"},
    }
    cfn.create_stack(StackName="s", TemplateBody=body(resources), Tags=[{"Key": "owner", "Value": "me"}])
    assert_status(cfn, "s", "CREATE_COMPLETE")
    assert statuses(cfn) == dict.fromkeys(resources, "IN_SYNC")
    s3, ids = server.client("s3", account=account), physical_ids(cfn, "s")
    named = {"Bucket": ids["Bucket"]}
    s3.put_bucket_versioning(**named, VersioningConfiguration={"Status": "Suspended"})
    s3.put_bucket_tagging(**named, Tagging={"TagSet": [{"Key": "team", "Value": "store"}]})
    s3.delete_public_access_block(**named)
    s3.delete_bucket_policy(**named)
    s3.delete_bucket(Bucket=ids["Gone"])
    assert statuses(cfn) == {"Bucket": "MODIFIED", "Policy": "DELETED", "Gone": "DELETED"}
    assert sorted(differences(cfn, "Bucket")) == [
        "/PublicAccessBlockConfiguration",
        "/Tags/0",
        "/Tags/0",
        "/VersioningConfiguration/Status",
    ]


def test_identity_providers_of_iam(cfn: Any, server: Server, account: str, tmp_path: Path) -> None:
    metadata = SamlProvider(tmp_path / "one").metadata
    oidc = {"Url": "https://example.com/tenant", "ClientIdList": ["web"]}
    resources = {
        "Oidc": {"Type": "AWS::IAM::OIDCProvider", "Properties": oidc},
        "Saml": {"Type": "AWS::IAM::SAMLProvider", "Properties": {"Name": "corp", "SamlMetadataDocument": metadata}},
    }
    cfn.create_stack(StackName="s", TemplateBody=body(resources), Capabilities=["CAPABILITY_NAMED_IAM"])
    assert_status(cfn, "s", "CREATE_COMPLETE")
    assert statuses(cfn) == dict.fromkeys(resources, "IN_SYNC")
    iam, ids = server.client("iam", account=account), physical_ids(cfn, "s")
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=ids["Oidc"], ClientID="app")
    iam.delete_saml_provider(SAMLProviderArn=ids["Saml"])
    assert statuses(cfn) == {"Oidc": "MODIFIED", "Saml": "DELETED"}
    assert differences(cfn, "Oidc") == ["/ClientIdList/1"]


def test_versions_of_functions_and_layers(cfn: Any, server: Server, account: str) -> None:
    s3 = server.client("s3", account=account)
    s3.create_bucket(Bucket="layers")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("python/tools.py", "ANSWER = 42\n")
    s3.put_object(Bucket="layers", Key="1.zip", Body=archive.getvalue())
    function = {
        "Role": "arn:aws:iam::123456789012:role/r",
        "Handler": "index.handler",
        "Runtime": "python3.12",
        "Code": {"ZipFile": "x = 1"},
    }
    layer = {"Content": {"S3Bucket": "layers", "S3Key": "1.zip"}, "Description": "tools", "CompatibleRuntimes": ["python3.12"]}
    resources = {
        "Layer": {"Type": "AWS::Lambda::LayerVersion", "Properties": layer},
        "Function": {"Type": "AWS::Lambda::Function", "Properties": function | {"Layers": [{"Ref": "Layer"}]}},
        "Version": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Function"}, "Description": "first"}},
    }
    cfn.create_stack(StackName="s", TemplateBody=body(resources))
    assert_status(cfn, "s", "CREATE_COMPLETE")
    assert statuses(cfn) == dict.fromkeys(resources, "IN_SYNC"), json.dumps(found(cfn), default=str)
    lambdas, ids = server.client("lambda", account=account), physical_ids(cfn, "s")
    name, _, number = ids["Layer"].rpartition(":")
    lambdas.delete_layer_version(LayerName=name, VersionNumber=int(number))
    lambdas.delete_function(FunctionName=ids["Function"], Qualifier=ids["Version"].rpartition(":")[2])
    assert statuses(cfn) == {"Layer": "DELETED", "Function": "IN_SYNC", "Version": "DELETED"}
