"""What the engine is to be, remembered between starts."""

import pytest

from app.view_models.drafts.engine_preferences import (
    remember_device,
    remember_precision,
    remembered_engine,
)
from core.api.config import EngineConfig, Precision


def test_without_a_wish_the_engine_is_as_usual(memory):
    assert remembered_engine(memory) == EngineConfig()


@pytest.mark.parametrize("precision", [None, *Precision])
def test_a_wish_is_remembered(memory, precision):
    remember_device(memory, "cuda:1")
    remember_precision(memory, precision)
    assert remembered_engine(memory) == EngineConfig(device="cuda:1", precision=precision)


def test_a_damaged_memory_leaves_the_precision_to_the_device(memory):
    memory.keep("engine/precision", "float3")
    assert remembered_engine(memory).precision is None
