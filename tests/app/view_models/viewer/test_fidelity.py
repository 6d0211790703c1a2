"""How near to the network's own result the picture is."""

import numpy as np
import pytest

from app.view_models.viewer.fidelity import Fidelity, shown_fidelity
from app.view_models.viewer.live_preview import LivePreviewModel
from app.view_models.viewer.tile_grid import TileGridModel
from core.api.config import TilingMode
from core.api.events import DenoisingStep, TilePlanned
from core.api.region import Region, Span

TILES = tuple(Region(Span(start, start + 100), Span(0, 64)) for start in (0, 100))
STEP = DenoisingStep(1, 2, np.zeros((2, 4, 8), np.float32), preview=np.zeros((16, 64), np.float32))


@pytest.fixture
def live_preview(qapp):
    return LivePreviewModel()


@pytest.fixture
def tiles(qapp):
    return TileGridModel()


def test_nobody_knows_before_there_is_anything(live_preview, tiles):
    assert shown_fidelity(live_preview, tiles).fidelity is None


@pytest.mark.parametrize(
    ("mode", "fidelity"),
    [
        (TilingMode.EXACT, Fidelity.EXACT),
        (TilingMode.OFF, Fidelity.EXACT),
        (TilingMode.STREAMING, Fidelity.APPROXIMATE),
        (TilingMode.PADDED, Fidelity.APPROXIMATE),
    ],
)
def test_a_preview_gives_way_tile_by_tile(live_preview, tiles, mode, fidelity):
    live_preview.show(STEP)
    tiles.plan(TilePlanned(mode, TILES, TILES, ""))
    assert shown_fidelity(live_preview, tiles).fidelity is Fidelity.PREVIEW
    tiles.finish(0)
    shown = shown_fidelity(live_preview, tiles)
    assert (shown.fidelity, shown.is_mixed) == (fidelity, True)
    tiles.finish(1)
    assert not shown_fidelity(live_preview, tiles).is_mixed
