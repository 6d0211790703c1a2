"""A whole take over two and three ranks is that of one rank."""

from pathlib import Path

import numpy as np
import pytest

from core.api.config import TilingConfig
from core.peers.alone import ALONE
from tests.core.pipeline.rank_takes import TakeRun, make_take
from tests.rank_pool import RankPool

SHORT_TILES = TilingConfig(mode="exact", tile_frames=64)


@pytest.mark.parametrize(
    ("size", "tiling", "seconds"),
    [(2, SHORT_TILES, 6.0), (3, TilingConfig(mode="auto"), 12.0)],  # in tiles; in windows
)
def test_a_take_over_ranks_is_that_of_one(
    tiny_model_folder: Path, ranks: RankPool, size: int, tiling: TilingConfig, seconds: float
) -> None:
    run = TakeRun(tiny_model_folder, tiling, seconds)
    expected = make_take(ALONE, run)
    found, *others = ranks.run(size, make_take, run)

    assert others == [None] * (size - 1)
    assert isinstance(expected, tuple)
    assert isinstance(found, tuple)
    for own, one in zip(found, expected, strict=True):
        np.testing.assert_allclose(own, one, rtol=0, atol=1e-5 * float(one.std()))


def test_a_take_that_is_cancelled_while_it_is_heard_ends_on_all_ranks(
    tiny_model_folder: Path, ranks: RankPool
) -> None:
    run = TakeRun(tiny_model_folder, SHORT_TILES, is_cancelled=True)

    assert ranks.run(2, make_take, run) == ["Cancelled: "] * 2
