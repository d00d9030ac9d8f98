"""One line of a file becomes one user."""

from __future__ import annotations

from cognito_emu.domain.aliases import SignInNames
from cognito_emu.domain.user_import import ImportedUser, ImportLineError, check_attributes
from cognito_emu.environment import Environment
from cognito_emu.errors import AwsError
from cognito_emu.operations.lookup import find_user
from cognito_emu.operations.new_users import add_user
from cognito_emu.records import Record
from cognito_emu.store import Tx
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User


class Outcome(Record):
    """What became of a line: SUCCEEDED, SKIPPED or FAILED, and the sentence that the log has of it."""

    word: str
    sentence: str

    def log_line(self, number: int) -> str:
        """As the developer guide shows it ("View the user pool import job results in the CloudWatch console")."""
        return f"[{self.word}] Line Number {number} - {self.sentence}\n"


_SUCCEEDED = Outcome("SUCCEEDED", "The import succeeded.")
_SKIPPED = Outcome("SKIPPED", "The user already exists.")


def failed(error: ImportLineError) -> Outcome:
    """The outcome of a line that could not be read."""
    return Outcome("FAILED", str(error))


def import_user(tx: Tx, env: Environment, pool: UserPool, imported: ImportedUser, algorithm: str | None) -> Outcome:
    """Add a user to the pool, unless the name is there already. Nothing is written of a line that fails."""
    if find_user(tx, pool, imported.username) is not None:
        return _SKIPPED
    try:
        user = _new_user(env, pool, imported)
        add_user(tx, pool, user, force=False)
    except AwsError as error:
        return Outcome("FAILED", error.message)
    except ImportLineError as error:
        return failed(error)
    if imported.password_hash and algorithm:
        tx.user_imports.add_password(user.id, algorithm, imported.password_hash)
    return _SUCCEEDED


def _new_user(env: Environment, pool: UserPool, imported: ImportedUser) -> User:
    names = SignInNames.from_pool(pool.settings)
    names.check_new_username(imported.username)
    attributes = dict(imported.attributes)
    if (filled := names.attribute_of_username(imported.username)) is not None:
        attributes.setdefault(filled, imported.username)
    check_attributes(pool.settings["SchemaAttributes"], attributes)
    sub, now = env.user_sub(), env.now()
    username = sub if names.username_attributes else imported.username
    return User(
        id=sub,
        pool_id=pool.id,
        username=username,
        username_key=names.key(username),
        # "Your users are in a RESET_REQUIRED state when imported using this method." (developer guide) Assumption: one whose password came
        # along has nothing to reset.
        status="CONFIRMED" if imported.password_hash else "RESET_REQUIRED",
        enabled=True,
        created_at=now,
        modified_at=now,
        attributes=attributes,
        # Assumption: cognito:mfa_enabled means MFA by SMS, the only factor that a file can set up.
        mfa={"Enabled": ["SMS_MFA"]} if imported.mfa_enabled and "phone_number" in attributes else {},
    )
