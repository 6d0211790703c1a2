"""The engine's settings, stored between starts."""

import pytest

from app.view_models.drafts.engine_draft import EngineDraft
from app.view_models.drafts.engine_preferences import (
    EnginePreferences,
    remember_device,
    remember_precision,
    remembered_engine,
    remembered_precision,
)
from core.api.config import EngineConfig, Precision


def test_without_settings_the_engine_is_the_default(memory):
    assert remembered_engine(memory) == EngineConfig()


@pytest.mark.parametrize("precision", [None, *Precision])
def test_device_and_precision_are_stored(memory, precision):
    remember_device(memory, "cuda:1")
    remember_precision(memory, precision)
    assert remembered_engine(memory) == EngineConfig(device="cuda:1", precision=precision)


def test_a_damaged_memory_leaves_the_precision_to_the_device(memory):
    memory.keep("engine/precision", "float3")
    assert remembered_engine(memory).precision is None


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
