"""Output that comes late and in pieces, as a container's does."""

import pytest

from triggers.executors.output_marks import OutputMarks
from triggers.sandbox_output import SandboxOutput


def late_output() -> tuple[SandboxOutput, list[tuple[str, str]]]:
    output, late = SandboxOutput(), []
    output.late = lambda request_id, text: late.append((request_id, text))
    output.begin("first")
    return output, late


def test_a_line_that_is_cut_by_the_answer_stays_one_line():
    output, late = late_output()
    output.write(b"begun\ncalled ")
    assert output.end(complete=False) == "begun\n"
    output.write(b"back: ")
    output.write(b"CONFIRMED\nand ")
    assert late == [("first", "called back: CONFIRMED\n")]
    output.begin("second")
    assert late[1:] == [("first", "and \n")]


def test_a_line_without_an_end_is_ended_when_nothing_more_comes():
    output, late = late_output()
    output.write(b"no newline")
    assert output.end(complete=False) == ""
    output.complete()
    assert late == [("first", "no newline\n")]


def test_where_nothing_comes_late_a_line_ends_with_the_invocation():
    output, late = late_output()
    output.write(b"no newline")
    assert (output.end(complete=True), late) == ("no newline\n", [])


def test_characters_are_whole_though_both_streams_come_in_pieces():
    output, _ = late_output()
    for one, other in zip("größer".encode(), "zu 5 €".encode(), strict=True):
        output.write(bytes([one]), 1)
        output.write(bytes([other]), 2)
    assert output.end(complete=True) == "gzru ö5 ßer€\n"


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
async def test_marks_are_found_in_output_however_it_is_cut(size):
    marks = OutputMarks()
    first, second = marks.make(), marks.make()
    printed = b"one\ntwo" + first.line + b"\x1ethree\n" + second.line + b"four"

    pieces = [piece for at in range(0, len(printed), size) for piece in marks.sift(printed[at : at + size])]

    assert b"".join(b"|" if isinstance(piece, int) else piece for piece in pieces) == b"one\ntwo|\x1ethree\n|four"
    assert [piece for piece in pieces if isinstance(piece, int)] == [1, 2]


async def test_a_mark_that_comes_stands_for_those_before_it():
    marks = OutputMarks()
    first, second, third = marks.make(), marks.make(), marks.make()
    marks.has_come(second.number)
    assert (first.came.done(), second.came.done(), third.came.done()) == (True, True, False)
    marks.give_up()
    assert third.came.done()
