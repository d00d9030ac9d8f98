"""What a user can prove themselves with, as the sign-in and the listings of factors need to know it."""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.domain.mfa import Decision, decide, usable_factors
from cognito_emu.domain.relying_parties import configured_relying_party, relying_party_at
from cognito_emu.operations.imported_passwords import has_password
from cognito_emu.records import Record
from cognito_emu.store import Tx
from cognito_emu.store.passkeys import Passkey
from cognito_emu.store.software_tokens import SoftwareToken
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User


class RelyingParty(Record):
    """The relying party of a pool: its id, and the pool's own domains, whose pages may use its passkeys too."""

    id: str
    domains: frozenset[str]


def relying_party(call: Call, tx: Tx, pool: UserPool) -> RelyingParty | None:
    """The pool's relying party; None when nothing tells which it is: the pool has neither a RelyingPartyId nor a domain.

    AWS falls back to the pool's domain, custom before prefix, because its managed login stands there. Here managed login stands on the
    emulator's own address, so that is the relying party then; with AWS's names no browser would make a passkey on this machine.
    """
    domains = tx.domains.of_pool(pool.id)
    name = configured_relying_party(pool.settings)
    if name is None and domains:
        name = relying_party_at(call.origin.base_url)
    if name is None:
        return None
    names = (domain.domain if domain.custom else f"{domain.domain}.auth.{domain.region}.amazoncognito.com" for domain in domains)
    return RelyingParty(name, frozenset(names))


class UserFactors(Record):
    """What a user has beside addresses.

    Attributes:
        has_password: It may be the hash of an imported user, with which nothing can be proved by SRP.
        software_token: A verified one.
        passkeys: Those of the pool's present relying party; others no browser would offer.
    """

    has_password: bool
    software_token: SoftwareToken | None
    passkeys: list[Passkey]
    relying_party: RelyingParty | None

    def decide_mfa(self, pool: UserPool, user: User) -> Decision:
        """What a sign-in of the user needs after the first factor."""
        return decide(pool.settings, user.attributes, user.mfa, has_software_token=self.software_token is not None)

    def usable_second_factors(self, pool: UserPool, user: User) -> list[str]:
        """What the user could prove after a first factor, demanded or not."""
        return usable_factors(pool.settings, user.attributes, has_software_token=self.software_token is not None)


def read_factors(call: Call, tx: Tx, pool: UserPool, user: User) -> UserFactors:
    """Look up what a user has."""
    token = tx.software_tokens.get(user.id)
    party = relying_party(call, tx, pool)
    passkeys = tx.passkeys.of_user(user.id) if party else []
    return UserFactors(
        has_password=has_password(tx, user),
        software_token=token if token and token.secret else None,
        passkeys=[passkey for passkey in passkeys if party and passkey.relying_party_id == party.id],
        relying_party=party,
    )
