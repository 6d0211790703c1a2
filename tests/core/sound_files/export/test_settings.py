"""How a take is to be saved: checked, remembered, written down."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.errors import InvalidRequestError
from core.sound_files.audio_format import AudioFormat
from core.sound_files.export.settings import SAMPLE_RATES, ExportSettings, Normalisation


@given(
    st.builds(
        ExportSettings,
        audio_format=st.sampled_from(AudioFormat),
        start_s=st.floats(0, 1e6),
        trim_silence=st.booleans(),
        fade_in_s=st.floats(0, 3600),
        normalisation=st.sampled_from(Normalisation),
        peak_dbfs=st.floats(-60, 0),
        loudness_lufs=st.floats(-60, -5),
        sample_rate=st.sampled_from([None, *SAMPLE_RATES]),
        channels=st.sampled_from([1, 2]),
        dither=st.booleans(),
    )
)
def test_settings_come_back_from_json_as_they_were(settings: ExportSettings) -> None:
    assert ExportSettings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


def test_entries_of_newer_versions_are_ignored() -> None:
    assert ExportSettings.from_dict({"reverb": 3}) == ExportSettings()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("audio_format", "m4a"),
        ("bit_rate_kbps", 127),
        ("bit_rate_kbps", True),
        ("audio_format", 16),
        ("start_s", -1.0),
        ("start_s", math.nan),
        ("start_s", math.inf),
        ("stop_s", 0.0),
        ("stop_s", "end"),
        ("trim_silence", 1),
        ("fade_in_s", -0.1),
        ("fade_out_s", 1e9),
        ("fade_out_s", True),
        ("normalisation", "loud"),
        ("peak_dbfs", 0.1),
        ("loudness_lufs", 0.0),
        ("sample_rate", 22050),
        ("sample_rate", 16000.0),
        ("channels", 6),
        ("channels", True),
        ("dither", "yes"),
        ("dither", None),
    ],
)
def test_an_unusable_value_is_refused_by_the_name_of_its_field(field: str, value: object) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        ExportSettings.from_dict({field: value})
    assert refusal.value.field == field


@pytest.mark.parametrize("audio_format", list(AudioFormat))
def test_noise_is_added_only_for_16_bits(audio_format: AudioFormat) -> None:
    settings = ExportSettings(audio_format=audio_format, dither=True)
    assert settings.is_dithered == (audio_format.bits == 16)
    assert not ExportSettings(audio_format=audio_format).is_dithered
