"""The windows of a clip over two and three ranks give the latents of one rank, bit for bit."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from core.api.request import Scheduler
from core.peers.alone import ALONE
from tests.core.diffusion.rank_denoising import Run, denoise, denoise_with_slow
from tests.rank_pool import RankPool


def latents_alone(run: Run) -> Tensor:
    latents, _, _ = denoise(ALONE, run)
    assert isinstance(latents, Tensor)
    return latents


@pytest.mark.parametrize(
    ("size", "run"),
    [
        (2, Run(Scheduler.DPM_SOLVER)),
        (3, Run(Scheduler.HEUN)),
        (3, Run(Scheduler.EULER_ANCESTRAL, windows_at_once=2)),
        (2, Run(Scheduler.PNDM, windows_at_once=3)),
    ],
)
def test_all_ranks_have_the_latents_of_one(ranks: RankPool, size: int, run: Run) -> None:
    expected = latents_alone(run)
    found = ranks.run(size, denoise, run)

    for latents, _, _ in found:
        assert torch.equal(latents, expected)
    assert [steps for _, steps, _ in found] == [[1, 2, 3, 4]] + [[]] * (size - 1)


def test_windows_are_shared_out_evenly(ranks: RankPool) -> None:
    _, _, total = denoise(ALONE, Run())
    counts = [count for _, _, count in ranks.run(3, denoise, Run())]

    assert sum(counts) == total
    assert max(counts) <= total / 3 + 12  # a last window a step, under two prompts


def test_a_slow_rank_predicts_fewer_windows(ranks: RankPool) -> None:
    fast, slow = ranks.run(2, denoise_with_slow, Run(slow=1))

    assert slow[2] < 0.7 * fast[2]
    assert torch.equal(fast[0], latents_alone(Run()))


def test_a_stopped_run_goes_on_over_other_ranks(ranks: RankPool, tmp_path: Path) -> None:
    stopped = ranks.run(3, denoise, Run(checkpoint_folder=tmp_path, cancelled_after=2))
    assert [one[0] for one in stopped] == ["Cancelled: "] * 3

    latents, steps, _ = ranks.run(2, denoise, Run(checkpoint_folder=tmp_path))[0]

    assert steps == [3, 4]
    assert torch.equal(latents, latents_alone(Run()))


@pytest.mark.parametrize("failing", [0, 2])
def test_a_rank_without_memory_is_named_by_all(ranks: RankPool, failing: int) -> None:
    found = ranks.run(3, denoise, Run(failing=failing))

    sentence = f"RankError: Rank {failing} (cpu {failing}): no memory."
    assert [one[0] for one in found] == [sentence] * 3
