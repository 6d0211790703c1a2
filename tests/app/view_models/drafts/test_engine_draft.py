"""From a person's choices to the engine's configuration."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.view_models.drafts.engine_draft import Context, EngineDraft, TilingChoice
from core.api.config import EngineConfig, Offload, Precision, TilingConfig, TilingMode


@pytest.fixture
def draft(qapp):
    return EngineDraft()


def test_left_alone_the_engine_chooses_everything(draft):
    assert draft.to_config() == EngineConfig(tiling=TilingConfig(mode=TilingMode.AUTO))


@pytest.mark.parametrize("choice", TilingChoice)
def test_every_choice_is_a_mode_of_the_engine(draft, choice):
    draft.set_value("mode", choice)
    tiling = draft.to_config().tiling
    assert tiling.fast is (choice is TilingChoice.FAST)
    assert tiling.mode == (TilingMode.PADDED if tiling.fast else choice)


@given(st.floats(0.05, 60))
def test_any_tile_length_is_one_that_every_decoder_can_halve(tile_s):
    draft = EngineDraft()
    draft.set_value("tile_s", tile_s)
    frames = draft.to_config().tiling.tile_frames
    assert frames % 32 == 0
    assert abs(frames - tile_s * 100) <= 32


def test_settings_that_a_mode_does_not_use_are_left_out(draft):
    draft.fill({"mode": TilingChoice.OFF, "tile_s": 2.0, "offload": Offload.DISK})
    assert draft.to_config().tiling == TilingConfig(mode=TilingMode.OFF)
    draft.set_value("mode", TilingChoice.STREAMING)
    assert draft.to_config().tiling.offload is Offload.NONE


def test_the_context_is_the_take_s_the_clip_s_or_a_window(draft):
    assert draft.to_config().context_of_take
    draft.set_value("context", Context.CLIP)
    assert (draft.to_config().context_of_take, draft.to_config().tiling.context) == (False, "clip")
    draft.set_value("context", Context.WINDOW_5_S)
    assert (draft.to_config().context_of_take, draft.to_config().tiling.context) == (False, 512)


def test_all_choices_survive_a_restart(draft):
    draft.fill(
        {
            "mode": TilingChoice.FAST,
            "tile_s": 2.56,
            "precision": Precision.BFLOAT16,
            "offload": Offload.CPU,
            "memory_budget_gb": 1.5,
            "context": Context.WINDOW_10_S,
        }
    )
    again = EngineDraft()
    again.restore(draft.to_json())
    assert again.to_config() == draft.to_config()
    assert again.value("mode") is TilingChoice.FAST


@pytest.mark.parametrize(
    "text", ["", "7", "{", '{"mode": "quick"}', '{"tile_s": "long"}', '{"memory_budget_gb": -1}']
)
def test_what_cannot_be_used_leaves_the_usual(draft, text):
    draft.restore(text)
    assert draft.to_config() == EngineDraft().to_config()


def test_devices_that_share_come_back_after_a_restart(draft):
    draft.set_value("devices", ("cuda:0", "cuda:1"))
    again = EngineDraft()
    again.restore(draft.to_json())
    assert again.value("devices") == ("cuda:0", "cuda:1")
    assert again.to_config().other_devices == ("cuda:1",)


def test_stored_devices_that_make_no_sense_are_dropped(draft):
    draft.restore('{"devices": "cuda:0"}')
    assert draft.value("devices") == ()


@pytest.mark.parametrize(
    ("found", "offered"),
    [
        (("cuda:0", "cuda:1", "cpu"), ("cuda:0", "cuda:1")),
        (("cuda", "cpu"), ()),
        (("mps", "cpu"), ()),
        (("cpu",), ("cpu", "cpu")),
        (("cuda:0", "cuda:1", "xpu", "cpu"), ("cuda:0", "cuda:1")),
    ],
)
def test_only_devices_of_one_kind_share_a_sound(draft, found, offered):
    draft.offer_devices(found)
    assert draft.offered_devices == offered
