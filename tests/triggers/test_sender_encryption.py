"""Codes for custom senders are decrypted by an ordinary handler, with AWS's SDK and nothing but its environment."""

import asyncio
import base64
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import aws_encryption_sdk
import boto3
import pytest
from aws_encryption_sdk.identifiers import CommitmentPolicy
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from tests.triggers.parts import Functions, arn
from triggers import events
from triggers.bus import Bus
from triggers.executors.process import ProcessLauncher
from triggers.executors.sandboxed import SandboxExecutor
from triggers.functions import CodeFolder, FunctionRegistry, FunctionSpec
from triggers.local_kms import KmsError, LocalKms
from triggers.sender_encryption import CodeEncryption
from triggers.surroundings import Surroundings

KEY = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
POOL = "eu-central-1_abcdefghi"


@pytest.fixture(scope="module")
def kms() -> LocalKms:
    return LocalKms(bytes(range(32)), os.urandom)


@pytest.fixture(scope="module")
def endpoint(runner: asyncio.Runner, kms: LocalKms) -> Iterator[str]:
    """KMS over HTTP, as the emulator serves it."""

    class Kms(RequestHandler):
        def post(self) -> None:
            operation = self.request.headers["X-Amz-Target"].removeprefix("TrentService.")
            self.set_header("Content-Type", "application/x-amz-json-1.1")
            try:
                self.write(kms.answer(operation, json.loads(self.request.body)))
            except KmsError as error:
                self.set_status(400)
                self.write({"__type": error.code, "message": str(error)})

    async def start() -> HTTPServer:
        server = HTTPServer(Application([("/", Kms)]))
        sockets = bind_sockets(0, "127.0.0.1")
        server.add_sockets(sockets)
        server.url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
        return server

    server = runner.run(start())
    yield server.url
    server.stop()
    runner.run(server.close_all_connections())


@pytest.fixture
def bus(runner: asyncio.Runner, endpoint: str, new_id: Callable[[], str]) -> Iterator[Bus]:
    functions = Functions()
    code = CodeFolder(Path(__file__).parent.parent / "handlers" / "python")
    environment = {"KEY_ARN": KEY}
    functions.add(FunctionSpec("sender", arn("sender"), code, "python3.11", "sender.handler", environment=environment, timeout=20))
    executor = SandboxExecutor(ProcessLauncher(Surroundings(endpoint)))
    yield Bus(functions=FunctionRegistry(file=functions), now=lambda: 0.0, new_id=new_id, local=executor)
    runner.run(executor.close())


async def test_a_handler_decrypts_the_code_through_the_emulators_kms(bus, kms):
    code = CodeEncryption(kms).encrypt("123456", key_arn=KEY, user_pool_id=POOL)
    envelope = events.Envelope("eu-central-1", POOL, "jane")
    event = events.custom_email_sender(
        envelope, "CustomEmailSender_SignUp", encrypted_code=code, user_attributes={"email": "jane@example.com"}
    )

    await bus.run_event(arn("sender"), event, trigger="CustomEmailSender")

    kept = bus.log.all()[-1]
    assert kept.error is None
    assert "sending 123456 to jane@example.com" in kept.logs
    assert "123456" not in json.dumps(kept.event), "the code travels encrypted only"


def decrypt(kms: LocalKms, message: str, policy: CommitmentPolicy) -> tuple[str, dict[str, str]]:
    """Decrypt with the SDK, its KMS client short-circuited to `kms`."""

    class Client:
        def decrypt(self, CiphertextBlob: bytes, EncryptionContext: dict[str, str], KeyId: str) -> dict[str, object]:  # noqa: N803
            key_id, plain = kms.decrypt(CiphertextBlob, EncryptionContext, KeyId)
            return {"KeyId": key_id, "Plaintext": plain}

    client = boto3.client("kms", region_name="eu-central-1", aws_access_key_id="test", aws_secret_access_key="test")
    client.decrypt = Client().decrypt
    key = aws_encryption_sdk.key_providers.kms.KMSMasterKey(key_id=KEY, client=client)
    sdk = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=policy)
    plain, header = sdk.decrypt(source=base64.b64decode(message), key_provider=key)
    return plain.decode(), header.encryption_context


@pytest.mark.parametrize("policy", list(CommitmentPolicy))
def test_decrypters_of_every_commitment_policy_take_the_message(kms, policy):
    plain, context = decrypt(kms, CodeEncryption(kms).encrypt("654321", key_arn=KEY, user_pool_id=POOL), policy)

    assert plain == "654321"
    assert context == {"userpool-id": POOL}


def test_a_temporary_password_is_escaped_for_html_and_a_code_is_not(kms):
    encryption, policy = CodeEncryption(kms), CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT

    password = encryption.encrypt("a<b>c", key_arn=KEY, user_pool_id=POOL, temporary_password=True)
    code = encryption.encrypt("a<b>c", key_arn=KEY, user_pool_id=POOL)

    assert decrypt(kms, password, policy)[0] == "a&lt;b&gt;c"
    assert decrypt(kms, code, policy)[0] == "a<b>c"


async def test_a_kms_client_can_make_and_open_data_keys(endpoint):
    client = boto3.client("kms", region_name="eu-central-1", endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test")

    made = await asyncio.to_thread(client.generate_data_key, KeyId=KEY, KeySpec="AES_256", EncryptionContext={"a": "1", "b": "2"})
    opened = await asyncio.to_thread(client.decrypt, CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"b": "2", "a": "1"})

    assert opened["Plaintext"] == made["Plaintext"]
    assert opened["KeyId"] == KEY
    assert len(made["Plaintext"]) == 32


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"context": {"a": "2"}}, "InvalidCiphertextException"),
        ({"key_id": KEY + "x"}, "IncorrectKeyException"),
        ({"ciphertext": b"junk"}, "InvalidCiphertextException"),
        ({"ciphertext": b""}, "InvalidCiphertextException"),
    ],
)
def test_kms_opens_nothing_under_another_context_or_key(kms, change, code):
    request = {"ciphertext": kms.encrypt(KEY, b"secret", {"a": "1"}), "context": {"a": "1"}, "key_id": KEY}

    with pytest.raises(KmsError) as caught:
        kms.decrypt(**{**request, **change})

    assert caught.value.code == code


@pytest.mark.parametrize(("operation", "request_"), [("Decrypt", {}), ("Decrypt", {"CiphertextBlob": "%"}), ("Sign", {"KeyId": KEY})])
def test_what_kms_cannot_do_is_a_declared_error(kms, operation, request_):
    with pytest.raises(KmsError) as caught:
        kms.answer(operation, request_)

    assert caught.value.code in {"ValidationException", "UnsupportedOperationException"}
