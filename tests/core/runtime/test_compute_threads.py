from collections.abc import Iterator
from functools import partial
from threading import Barrier, Event, Thread, current_thread

import pytest
import torch

from core.runtime.compute_threads import run_side_by_side, share_between_threads
from tests.threads import torch_threads

TIMEOUT_S = 20.0


@pytest.fixture
def four_threads() -> Iterator[None]:
    with torch_threads(4):
        yield


@pytest.mark.usefixtures("four_threads")
def test_parts_run_at_the_same_time_in_order() -> None:
    both_run = Barrier(2)

    def part(number: int) -> int:
        both_run.wait(TIMEOUT_S)
        return number

    assert run_side_by_side([partial(part, 0), partial(part, 1)]) == [0, 1]


@pytest.mark.usefixtures("four_threads")
@pytest.mark.parametrize(("num_parts", "share"), [(2, 2), (3, 1), (4, 1)])
def test_each_part_has_its_share_of_the_threads(num_parts: int, share: int) -> None:
    assert run_side_by_side([torch.get_num_threads] * num_parts) == [share] * num_parts
    assert torch.get_num_threads() == 4


@pytest.mark.usefixtures("four_threads")
def test_threads_that_begin_later_keep_all_of_theirs() -> None:
    run_side_by_side([torch.get_num_threads] * 4)
    found: list[int] = []
    later = Thread(target=lambda: found.append(torch.get_num_threads()))
    later.start()
    later.join(TIMEOUT_S)
    assert found == [4]


@pytest.mark.usefixtures("four_threads")
@pytest.mark.parametrize("is_inference", [True, False])
def test_tensors_are_made_in_the_callers_mode(is_inference: bool) -> None:
    with torch.inference_mode(is_inference):
        made = run_side_by_side([partial(torch.zeros, 1)] * 2)
    assert [values.is_inference() for values in made] == [is_inference] * 2


@pytest.mark.usefixtures("four_threads")
def test_an_error_is_raised_when_all_parts_have_ended() -> None:
    ended: list[str] = []
    both_run = Barrier(2)

    def fail() -> None:
        both_run.wait(TIMEOUT_S)
        raise ValueError("the first part")

    def end_later() -> None:
        both_run.wait(TIMEOUT_S)
        torch.zeros(1 << 20).sum()
        ended.append("the second part")

    with pytest.raises(ValueError, match="the first part"):
        run_side_by_side([fail, end_later])
    assert ended == ["the second part"]


@pytest.mark.usefixtures("four_threads")
@pytest.mark.parametrize("num_parts", [1, 5])
def test_one_part_or_too_many_run_where_they_are(num_parts: int) -> None:
    assert run_side_by_side([current_thread] * num_parts) == [current_thread()] * num_parts


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("count", [0, 1, 3, 500])
def test_every_item_is_worked_on_once(threads: int, count: int) -> None:
    done: list[int] = []
    with torch_threads(threads):
        share_between_threads(range(count), done.extend)
    assert sorted(done) == list(range(count))


@pytest.mark.usefixtures("four_threads")
def test_who_is_free_takes_the_next_item() -> None:
    others_are_done = Event()
    done: list[int] = []

    def work(items: Iterator[int]) -> None:
        for item in items:
            if item == 0:  # the first item lasts until all others are done
                assert others_are_done.wait(TIMEOUT_S)
            done.append(item)
            if len(done) == 9:
                others_are_done.set()

    share_between_threads(range(10), work)
    assert done[-1] == 0
