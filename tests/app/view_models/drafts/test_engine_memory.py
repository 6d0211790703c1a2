"""The engine's choices from one start to the next."""

from app.view_models.drafts.engine_draft import EngineDraft
from app.view_models.drafts.engine_preferences import (
    EnginePreferences,
    remember_device,
    remembered_precision,
)
from core.api.config import Precision


def test_every_choice_is_kept_at_once(qapp, memory):
    draft = EngineDraft()
    keeper = EnginePreferences(draft, memory)
    draft.fill({"mode": "streaming", "tile_s": 2.56, "precision": Precision.BFLOAT16})
    again = EngineDraft()
    keeper_of_next_start = EnginePreferences(again, memory)
    assert again.to_config() == draft.to_config()
    assert keeper is not keeper_of_next_start


def test_device_and_precision_are_those_of_the_preferences(qapp, memory):
    draft = EngineDraft()
    keeper = EnginePreferences(draft, memory)
    draft.set_value("precision", Precision.BFLOAT16)
    assert remembered_precision(memory) is Precision.BFLOAT16
    draft.reset("precision")
    assert remembered_precision(memory) is None
    remember_device(memory, "cuda")
    other = EngineDraft()
    assert EnginePreferences(other, memory) is not keeper
    assert other.value("device") == "cuda"
