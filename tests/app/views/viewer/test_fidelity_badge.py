"""The badge for preview, approximate and exact."""

from dataclasses import replace

import numpy as np
import pytest

from app.view_models.viewer.opened_take import open_take
from app.views.viewer.fidelity_badge import FidelityBadge
from core.api.config import TilingMode
from core.api.events import DenoisingStep, TilePlanned
from core.api.region import Region, Span
from tests.app.library.takes import make_take

TILES = tuple(Region(Span(start, start + 100), Span(0, 64)) for start in (0, 100))


@pytest.fixture
def models(session):
    return session.document.live_preview, session.document.tiles


@pytest.fixture
def badge(qtbot, models, session):
    badge = FidelityBadge(*models, session.document.shown)
    qtbot.addWidget(badge)
    return badge


def test_it_follows_a_run_from_preview_to_result(badge, models):
    live_preview, tiles = models
    assert badge.isHidden()
    preview = np.zeros((16, 64), np.float32)
    live_preview.show(DenoisingStep(1, 2, np.zeros((2, 4, 8), np.float32), preview=preview))
    assert (badge.text(), badge.property("kind")) == ("Preview", "preview")
    tiles.plan(TilePlanned(TilingMode.EXACT, TILES, TILES, ""))
    tiles.finish(0)
    assert badge.text() == "1 of 2 tiles exact, the rest a preview"
    tiles.finish(1)
    assert (badge.text(), badge.property("kind")) == ("Exact", "exact")
    tiles.clear()
    live_preview.clear()
    assert badge.isHidden()


@pytest.mark.parametrize(
    ("mode", "kind"), [(TilingMode.EXACT, "exact"), (TilingMode.STREAMING, "approximate")]
)
def test_a_take_of_the_library_says_how_it_was_decoded(badge, session, mode, kind):
    take = replace(make_take(), mode=mode)
    session.viewer.show(open_take("a", take))
    assert not badge.isHidden()
    assert badge.property("kind") == kind


def test_a_take_that_does_not_say_has_no_badge(badge, session):
    session.viewer.show(open_take("a", make_take()))
    assert badge.isHidden()
