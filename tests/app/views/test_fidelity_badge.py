"""The sign that tells preview, approximate and exact apart."""

import numpy as np
import pytest

from app.models.latent_sketch import LatentSketchModel
from app.models.tile_grid import TileGridModel
from app.views.fidelity_badge import FidelityBadge
from core.config import TilingMode
from core.events import DenoisingStep, TilePlanned
from core.region import Region, Span

TILES = tuple(Region(Span(start, start + 100), Span(0, 64)) for start in (0, 100))


@pytest.fixture
def models(qapp):
    return LatentSketchModel(), TileGridModel()


@pytest.fixture
def badge(qtbot, models):
    badge = FidelityBadge(*models)
    qtbot.addWidget(badge)
    return badge


def test_it_follows_a_run_from_preview_to_result(badge, models):
    sketch, tiles = models
    assert badge.isHidden()
    preview = np.zeros((16, 64), np.float32)
    sketch.show(DenoisingStep(1, 2, np.zeros((2, 4, 8), np.float32), preview=preview))
    assert (badge.text(), badge.property("kind")) == ("Preview", "preview")
    tiles.plan(TilePlanned(TilingMode.EXACT, TILES, TILES, ""))
    tiles.finish(0)
    assert badge.text() == "1 of 2 tiles exact, the rest a preview"
    tiles.finish(1)
    assert (badge.text(), badge.property("kind")) == ("Exact", "exact")
    tiles.clear()
    sketch.clear()
    assert badge.isHidden()
