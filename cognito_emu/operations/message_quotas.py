"""The daily quota of e-mails that Cognito sends for accounts without a sender of their own.

https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html: 50 a day and account.
"""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.errors import LimitExceededException
from cognito_emu.store import Tx
from cognito_emu.store.messages import Message
from cognito_emu.store.user_pools import UserPool
from mail.kinds import Medium, MessageKind

_MOST_A_DAY = 50
_DAY = 86400
# Messages of the operations that declare LimitExceededException. Assumption: others are counted and sent.
_REFUSED = frozenset(
    {
        MessageKind.SIGN_UP,
        MessageKind.RESEND_CODE,
        MessageKind.FORGOT_PASSWORD,
        MessageKind.ADMIN_RESET_PASSWORD,
        MessageKind.VERIFY_USER_ATTRIBUTE,
    }
)


def check_daily_quota(call: Call, tx: Tx, pool: UserPool, message: Message) -> None:
    """With COGNITO_EMU_RATE_LIMITS, let a message pass that is within the quota. Messages of other pools of the account count.

    Raises:
        LimitExceededException: The account has sent as many as it may today.
    """
    if not call.settings.rate_limits or message.medium != Medium.EMAIL or MessageKind(message.kind) not in _REFUSED:
        return
    if pool.settings["EmailConfiguration"]["EmailSendingAccount"] != "COGNITO_DEFAULT":
        return
    # Assumption: a day begins at midnight, UTC.
    midnight = message.created_at - message.created_at % _DAY
    most = max(1, _MOST_A_DAY * call.settings.rate_limit_percent // 100)
    if tx.messages.count_emails(pool.account, pool.region, since=midnight) >= most:
        # As users of AWS report it (rahulpsd18/cognito-backup-restore issue 46).
        raise LimitExceededException(
            "Exceeded daily email limit for the operation or the account. If a higher limit is required, please configure your user pool "
            "to use your own Amazon SES configuration for sending email."
        )
