"""Randomness and ids."""

from cognito_emu.environment import BufferedRandomness, Environment


def test_buffered_randomness_gives_nothing_out_twice():
    drawn = iter(range(256))

    def source(count: int) -> bytes:
        return bytes([next(drawn)]) * count

    randomness = BufferedRandomness(source)
    pieces = [randomness(1000) for _ in range(30)]
    assert all(len(piece) == 1000 for piece in pieces)
    assert [piece[0] for piece in pieces] == [number // 8 for number in range(30)]
    assert all(len(set(piece)) == 1 for piece in pieces)


def test_a_large_draw_goes_past_the_buffer():
    assert len(BufferedRandomness()(100_000)) == 100_000


def test_ids_differ_and_have_aws_forms():
    env = Environment()
    assert len({env.uuid() for _ in range(2000)}) == 2000
    assert len(env.client_id()) == 26
    assert len(env.client_secret()) == 51
    assert env.user_pool_id("eu-west-1").startswith("eu-west-1_")
    assert env.code().isdigit()
    assert len(env.code(8)) == 8


def test_a_fixed_code_is_every_code():
    assert Environment(fixed_code="123456").code(8) == "123456"


def test_the_clock_can_be_moved():
    env = Environment(time_source=lambda: 1000.0)
    env.clock_offset = 60.0
    assert env.now() == 1060.0
