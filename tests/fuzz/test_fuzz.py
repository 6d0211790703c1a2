"""A small seeded run of the fuzzers; `python3 -m tests.fuzz` is the large one."""

from tests.conftest import ExpectedLog
from tests.fuzz.runs import run_cases


def test_spoilt_files_are_refused_and_nothing_else_happens(
    qapp: object, expect_log: ExpectedLog
) -> None:
    expect_log("attributes .* are not expected and will be ignored")  # of a spoilt network
    found = run_cases(350, seed=0)
    assert found.failures == []
    assert found.growth_bytes < 500e6
