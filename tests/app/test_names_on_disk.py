"""Names in files and settings: other versions read them, whatever Python calls the same things."""

from dataclasses import fields

import pytest

from app.view_models.takes.session_state import SessionState
from core.api.config import EngineConfig, TilingConfig
from core.api.edit import Edit
from core.api.events import Event
from core.api.lora import Lora
from core.api.request import GenerationRequest, PromptSegment
from core.arrangement.arrangement import Arrangement
from core.arrangement.arrangement_json import StoredSound
from core.arrangement.layer import Layer
from core.arrangement.track import Track
from core.sound_files.export.settings import ExportSettings

_WRITTEN = {
    GenerationRequest: "prompt negative_prompt transcription duration_s seed num_inference_steps "
    "guidance_scale scheduler model loras init_audio strength segments edits",
    Lora: "path weight",
    PromptSegment: "start_s prompt",
    Edit: "kind prompt negative_prompt transcription seed start_s stop_s low_hz high_hz added_s "
    "strength",
    ExportSettings: "audio_format start_s stop_s trim_silence fade_in_s fade_out_s normalisation "
    "peak_dbfs loudness_lufs sample_rate channels dither",
    EngineConfig: "device precision tiling context_of_take blend windows_at_once",
    Arrangement: "sample_rate num_channels tracks layers name next_id",
    Track: "track_id name gain_db is_muted is_soloed",
    Layer: "layer_id track_id sound_id span start gain_db fade_in fade_out fade_shape is_muted "
    "loop_length loop_phase label",
    StoredSound: "digest sample_rate num_samples",
    TilingConfig: "mode tile_frames tile_bins decoder_padding encoder_padding fast offload "
    "memory_budget context compute_dtype store_dtype",
}
_SETTINGS = (
    "draft engine_open grid library/folder models picture_style play_on_arrival side_bar "
    "sound_device theme tiling volume window/geometry"
)
_EVENTS = (
    "AudioChunk BarrierPassed BytesReceived DenoisingStep Notice RunExpected StageFinished "
    "StageStarted TileAdvanced TileDecoded TilePlanned"
)


@pytest.mark.parametrize("written", _WRITTEN, ids=lambda written: written.__name__)
def test_a_field_keeps_the_name_it_has_in_files(written):
    assert set(_WRITTEN[written].split()) <= {field.name for field in fields(written)}


def test_an_event_keeps_the_name_it_has_in_json_lines():
    assert set(_EVENTS.split()) <= {kind.__name__ for kind in Event.__subclasses__()}


def test_a_setting_keeps_its_name(qtbot, studio, memory):
    studio.window.actions_.themes.actions()[1].trigger()
    studio.session.document.engine_draft.set_value("tile_s", 3.2)
    studio.open()
    studio.window.close()
    qtbot.waitUntil(lambda: studio.session.state is SessionState.STOPPED)
    assert set(_SETTINGS.split()) <= set(memory._store.allKeys())
