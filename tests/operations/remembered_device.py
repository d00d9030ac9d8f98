"""A device as an application keeps it: the key that the pool gave, and a secret that only the device has. pycognito does the SRP."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pycognito.aws_srp import AWSSRP, generate_hash_device, long_to_hex

from tests.operations.factors import respond
from tests.operations.people import PASSWORD, Pool


@dataclass
class RememberedDevice:
    """A confirmed device of one user."""

    pool: Pool
    username: str
    key: str
    group_key: str
    secret: str
    needs_confirmation: bool

    def srp(self, password: str = PASSWORD) -> AWSSRP:
        """A client of pycognito, which begins by SRP and proves the device as well."""
        return AWSSRP(
            username=self.username,
            password=password,
            pool_id=self.pool.id,
            client_id=self.pool.client,
            client=self.pool.idp,
            device_key=self.key,
            device_group_key=self.group_key,
            device_password=self.secret,
        )

    def prove(self, asked: Mapping[str, Any]) -> Any:
        """Answer DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER; returns what follows."""
        return respond(self.pool, self.begin(asked)[1], self.username, **self.begun_claim)

    def begin(self, asked: Mapping[str, Any]) -> tuple[AWSSRP, Any]:
        """Answer DEVICE_SRP_AUTH; `begun_claim` is then the answer to what follows."""
        assert asked["ChallengeName"] == "DEVICE_SRP_AUTH"
        client = self.srp()
        following = respond(self.pool, asked, self.username, DEVICE_KEY=self.key, SRP_A=long_to_hex(client.large_a_value))
        assert following["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER"
        claim = client.process_device_challenge(following["ChallengeParameters"])
        self.begun_claim = {name: value for name, value in claim.items() if name != "USERNAME"}
        return client, following


def confirm(pool: Pool, username: str, signed_in: Mapping[str, Any], name: str | None = "Ann's phone") -> RememberedDevice:
    """Confirm the device of a sign-in that got NewDeviceMetadata."""
    result = signed_in["AuthenticationResult"]
    metadata = result["NewDeviceMetadata"]
    key, group_key = metadata["DeviceKey"], metadata["DeviceGroupKey"]
    secret, config = generate_hash_device(group_key, key)
    named = {"DeviceName": name} if name else {}
    answer = pool.idp.confirm_device(AccessToken=result["AccessToken"], DeviceKey=key, DeviceSecretVerifierConfig=config, **named)
    return RememberedDevice(pool, username, key, group_key, secret, answer["UserConfirmationNecessary"])
