"""Output that comes late and in pieces, as a container's does."""

from tests.triggers.parts import until
from triggers.sandbox_output import SandboxOutput


async def late_output(lag: float) -> tuple[SandboxOutput, list[tuple[str, str]]]:
    output, late = SandboxOutput(), []
    output.late, output.lag = lambda request_id, text: late.append((request_id, text)), lag
    output.begin("first")
    return output, late


async def test_a_line_that_is_cut_by_the_answer_stays_one_line():
    output, late = await late_output(60.0)
    output.write(b"begun\ncalled ")
    assert output.end() == "begun\n"
    output.write(b"back: ")
    output.write(b"CONFIRMED\nand ")
    assert late == [("first", "called back: CONFIRMED\n")]
    output.begin("second")
    assert late[1:] == [("first", "and \n")]


async def test_a_line_without_an_end_is_ended_when_nothing_more_comes():
    output, late = await late_output(0.01)
    output.write(b"no newline")
    assert output.end() == ""
    await until(lambda: late)
    assert late == [("first", "no newline\n")]


async def test_where_nothing_comes_late_a_line_ends_with_the_invocation():
    output, late = await late_output(0.0)
    output.write(b"no newline")
    assert (output.end(), late) == ("no newline\n", [])
