import pytest

from cognito_emu.domain.lockout import LockOut
from cognito_emu.errors import NotAuthorizedException


def after(failures, now=1000.0):
    lock_out = LockOut()
    for _ in range(failures):
        lock_out = lock_out.after_failure(now)
    return lock_out


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(1, None), (4, None), (5, 1), (6, 2), (7, 4), (8, 8), (14, 512), (15, 900), (16, 900), (100_000, 900)],
)
def test_the_lock_doubles_from_the_fifth_failure_on(failures, seconds):
    lock_out = LockOut(failures, 1000.0)
    assert lock_out.locked_until == (1000.0 + seconds if seconds else 0.0)


def test_during_the_lock_nothing_is_tried_and_nothing_counted():
    lock_out = after(5)
    with pytest.raises(NotAuthorizedException) as refused:
        lock_out.check(1000.9)
    assert refused.value.message == "Password attempts exceeded"
    lock_out.check(1001.0)
    assert lock_out.failures == 5


def test_failures_after_the_lock_lengthen_it():
    assert after(5).after_failure(1002.0) == LockOut(6, 1002.0)
    assert after(5).after_failure(1002.0).locked_until == 1004.0


def test_fifteen_quiet_minutes_clear_the_count():
    assert after(7).after_failure(1900.0).failures == 8
    assert after(7).after_failure(1900.1) == LockOut(1, 1900.1)


def test_nobody_is_locked_out_to_begin_with():
    LockOut().check(0.0)
