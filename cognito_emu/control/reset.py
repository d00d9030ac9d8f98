"""`POST /_emu/reset` empties everything, `POST /_emu/reset?account=123456789012` one account."""

from __future__ import annotations

from cognito_emu.control.handler import ControlHandler
from cognito_emu.store import Tx
from cognito_emu.store.invocations import InvocationFilter
from cognito_emu.store.messages import MessageFilter


class ResetHandler(ControlHandler):
    """Empties the emulator."""

    async def post(self) -> None:
        """Delete pools (and all in them) and what stands beside them; a full reset also sets the clock right."""
        account = self.get_query_argument("account", None)

        def empty(tx: Tx) -> list[str]:
            tx.user_pools.delete_of_account(account)
            tx.identity_pools.delete_of_account(account)
            tx.temporary_credentials.delete_of_account(account)
            tx.iam.delete_of_account(account)
            tx.stacks.delete_of_account(account)
            tx.ssm_parameters.delete_of_account(account)
            tx.secrets.delete_of_account(account)
            tx.functions.delete_of_account(account)
            tx.function_events.delete_of_account(account)
            tx.layers.delete_of_account(account)
            tx.messages.delete(MessageFilter(account=account))
            tx.invocations.delete(InvocationFilter(account=account))
            if account is None:
                tx.emulator_state.set("clock_offset", 0.0)
            return tx.s3_objects.delete_of_account(account)

        self.parts.objects.drop(await self.parts.store.transact(empty))
        if account is None:
            self.parts.env.clock_offset = 0.0
            self.parts.messenger.delivery.end_rehearsal()
        self.send_json({"status": "ok", "account": account})
