"""Takes into files: exact samples, lengths and levels."""

import math
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api.errors import Cancelled, InvalidRequestError
from core.api.events import ExportAdvanced
from core.api.progress import Progress
from core.api.request import GenerationRequest, PromptSegment
from core.api.take import Marker
from core.sound_files.audio_file import read_audio, read_metadata
from core.sound_files.audio_format import BIT_RATES_KBPS, AudioFormat
from core.sound_files.encoding.audio_writer import AudioWriter
from core.sound_files.export import rendering
from core.sound_files.export.rendering import ExportRendering
from core.sound_files.export.settings import SAMPLE_RATES, ExportSettings, Normalisation
from core.sound_files.export.writing import render_export, write_export
from tests.core.sound_files.test_loudness import measured

RATE = 16_000
TAKE = (0.2 * np.random.default_rng(0).standard_normal(2 * RATE)).astype(np.float32)
REQUEST = GenerationRequest(prompt="kalimba", seed=7)


def true_peak_dbfs(samples: np.ndarray, sample_rate: int) -> float:
    finer = soxr.resample(samples.T, sample_rate, 8 * sample_rate, quality="VHQ")
    return 20 * math.log10(np.abs(finer).max())


@pytest.mark.parametrize("audio_format", list(AudioFormat))
def test_with_default_settings_the_file_is_the_take(
    audio_format: AudioFormat, tmp_path: Path
) -> None:
    path = tmp_path / f"a{audio_format.suffix}"
    exported = write_export(
        path, TAKE, RATE, ExportSettings(audio_format=audio_format), request=REQUEST
    )
    plain = tmp_path / f"plain{audio_format.suffix}"
    with AudioWriter(plain, RATE, audio_format=audio_format) as writer:
        writer.write(TAKE)
    np.testing.assert_array_equal(read_audio(path)[0], read_audio(plain)[0])
    assert (exported.num_frames, exported.sample_rate) == (len(TAKE), RATE)
    assert GenerationRequest.from_dict(read_metadata(path)) == REQUEST


@settings(max_examples=30)
@given(
    st.floats(0, 1.9),
    st.none() | st.floats(1.95, 9),
    st.sampled_from([None, 16_000, 44_100, 48_000]),
    st.sampled_from([1, 2]),
)
def test_the_length_is_exact_whatever_the_stretch_and_the_rate(
    start_s: float, stop_s: float | None, sample_rate: int | None, channels: int
) -> None:
    wish = ExportSettings(
        start_s=start_s, stop_s=stop_s, sample_rate=sample_rate, channels=channels
    )
    samples, rate = render_export(TAKE, RATE, wish)
    used = min(len(TAKE), round((stop_s or 9) * RATE)) - round(start_s * RATE)
    assert samples.shape == (channels, max(1, round(used * rate / RATE)))
    if rate == RATE:
        start = round(start_s * RATE)
        np.testing.assert_array_equal(samples, [TAKE[start : start + used]] * channels)


@pytest.mark.parametrize("sample_rate", [44_100, 48_000])
def test_another_rate_is_what_the_resampler_makes_of_the_whole(
    sample_rate: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "_BLOCK_FRAMES", 5_000)
    samples, _ = render_export(TAKE, RATE, ExportSettings(sample_rate=sample_rate))
    whole = soxr.resample(TAKE, RATE, sample_rate, quality="HQ")
    np.testing.assert_allclose(samples[0], whole[: samples.shape[1]], atol=1e-5)


def test_silence_is_trimmed_before_anything_else() -> None:
    padded = np.concatenate([np.zeros(700, np.float32), TAKE, np.zeros(9000, np.float32)])
    samples, _ = render_export(padded, RATE, ExportSettings(trim_silence=True))
    loud = np.flatnonzero(np.abs(TAKE) > 1e-3)
    np.testing.assert_array_equal(samples[0], TAKE[loud[0] : loud[-1] + 1])


@pytest.mark.parametrize("sample_rate", [None, 48_000])
def test_fades_reach_zero_at_both_ends_in_every_rate(sample_rate: int | None) -> None:
    wish = ExportSettings(fade_in_s=0.5, fade_out_s=0.25, sample_rate=sample_rate)
    samples, rate = render_export(TAKE, RATE, wish)
    plain, _ = render_export(TAKE, RATE, ExportSettings(sample_rate=sample_rate))
    assert samples[0, 0] == samples[0, -1] == 0
    inner = slice(rate // 2 + 1, -rate // 4 - 1)
    np.testing.assert_array_equal(samples[0, inner], plain[0, inner])


@pytest.mark.parametrize("peak_dbfs", [-12.0, -1.0, 0.0])
@pytest.mark.parametrize("sample_rate", [None, 44_100])
def test_the_peak_asked_for_is_reached(peak_dbfs: float, sample_rate: int | None) -> None:
    wish = ExportSettings(
        normalisation=Normalisation.PEAK,
        peak_dbfs=peak_dbfs,
        fade_in_s=1.0,
        sample_rate=sample_rate,
    )
    samples, _ = render_export(TAKE, RATE, wish)
    assert 20 * math.log10(np.abs(samples).max()) == pytest.approx(peak_dbfs, abs=1e-4)


@pytest.mark.parametrize("lufs", [-30.0, -23.0])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("sample_rate", [None, 48_000])
def test_the_loudness_asked_for_is_reached_in_the_file(
    lufs: float, channels: int, sample_rate: int | None, tmp_path: Path
) -> None:
    wish = ExportSettings(
        audio_format=AudioFormat.WAV_24,
        normalisation=Normalisation.LOUDNESS,
        loudness_lufs=lufs,
        channels=channels,
        sample_rate=sample_rate,
    )
    exported = write_export(tmp_path / "a.wav", TAKE, RATE, wish, request=REQUEST)
    assert measured(*read_audio(tmp_path / "a.wav")) == pytest.approx(lufs, abs=0.05)
    assert exported.level.lufs == pytest.approx(lufs, abs=0.05)
    assert not exported.level.is_held_back


def test_a_loudness_that_would_clip_stays_below_the_ceiling(tmp_path: Path) -> None:
    """A burst at a quarter of the rate peaks 3 dB above its samples."""
    burst = TAKE * np.float32(0.01)
    envelope = 0.6 * np.hanning(1600)
    burst[5000:6600] += (envelope * np.sin(np.pi / 2 * np.arange(1600) + np.pi / 4)).astype(
        np.float32
    )
    wish = ExportSettings(normalisation=Normalisation.LOUDNESS, loudness_lufs=-10)
    exported = write_export(tmp_path / "a.wav", burst, RATE, wish, request=REQUEST)
    samples, rate = read_audio(tmp_path / "a.wav")
    assert exported.level.is_held_back
    assert true_peak_dbfs(samples, rate) == pytest.approx(-1.0, abs=0.1)
    assert exported.level.lufs == pytest.approx(measured(samples, rate), abs=0.1)
    assert exported.level.lufs < -10


@pytest.mark.parametrize("normalisation", list(Normalisation))
def test_silence_stays_silence(normalisation: Normalisation) -> None:
    wish = ExportSettings(normalisation=normalisation)
    samples, _ = render_export(np.zeros(RATE, np.float32), RATE, wish)
    assert not samples.any()


def test_silence_that_is_to_be_trimmed_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match="only silence"):
        write_export(
            tmp_path / "a.wav",
            np.zeros(RATE, np.float32),
            RATE,
            ExportSettings(trim_silence=True),
            request=REQUEST,
        )
    assert list(tmp_path.iterdir()) == []


def test_a_stretch_beyond_the_end_is_refused_in_a_sentence() -> None:
    with pytest.raises(InvalidRequestError, match="beyond the end"):
        render_export(TAKE, RATE, ExportSettings(start_s=99.0))


def test_dither_is_repeatable_and_equal_on_both_channels(
    tmp_path: Path,
) -> None:
    wish = ExportSettings(dither=True, channels=2)
    for name in ("a.wav", "b.wav"):
        write_export(tmp_path / name, TAKE, RATE, wish, request=REQUEST)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    samples, _ = read_audio(tmp_path / "a.wav")
    np.testing.assert_array_equal(samples[0], samples[1])
    assert 0.6 * 2**-15 < np.abs(samples - TAKE).max() <= 1.51 * 2**-15


@pytest.mark.parametrize("normalisation", list(Normalisation))
def test_progress_runs_from_nothing_to_all_and_never_back(
    normalisation: Normalisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "_BLOCK_FRAMES", 1000)
    heard: list[float] = []
    progress = Progress(lambda event: heard.append(event.fraction))
    render_export(TAKE, RATE, ExportSettings(normalisation=normalisation), progress)
    assert (heard[0], heard[-1]) == (0.0, 1.0)
    assert heard == sorted(heard)
    assert len(heard) > 30


def test_cancelling_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "_BLOCK_FRAMES", 1000)

    def hear(event: ExportAdvanced) -> None:
        if event.fraction > 0.5:
            progress.cancel()

    progress = Progress(hear)
    with pytest.raises(Cancelled):
        write_export(
            tmp_path / "a.wav", TAKE, RATE, ExportSettings(), request=REQUEST, progress=progress
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(shutil.which("sox") is None, reason="sox is not installed here")
@pytest.mark.parametrize("audio_format", [one for one in AudioFormat if not one.has_bit_rate])
def test_another_program_reads_the_same(audio_format: AudioFormat, tmp_path: Path) -> None:
    path = tmp_path / f"a{audio_format.suffix}"
    wish = ExportSettings(audio_format=audio_format, channels=2, sample_rate=48_000)
    write_export(path, TAKE, RATE, wish, request=REQUEST)
    raw = ["-t", "raw", "-e", "floating-point", "-b", "32", "-"]
    heard = subprocess.run(["sox", str(path), *raw], capture_output=True, check=True).stdout
    theirs = np.frombuffer(heard, np.float32).reshape(-1, 2).T
    assert soundfile.info(path).frames == theirs.shape[1] == 3 * len(TAKE)
    np.testing.assert_allclose(theirs, read_audio(path)[0], atol=2e-4)


@pytest.mark.parametrize("audio_format", [AudioFormat.OPUS, AudioFormat.MP3])
@pytest.mark.parametrize("kbps", BIT_RATES_KBPS)
@pytest.mark.parametrize("sample_rate", [None, *SAMPLE_RATES])
def test_every_bit_rate_gives_the_whole_sound(
    audio_format: AudioFormat, kbps: int, sample_rate: int | None, tmp_path: Path
) -> None:
    path = tmp_path / f"a{audio_format.suffix}"
    wish = ExportSettings(audio_format=audio_format, bit_rate_kbps=kbps, sample_rate=sample_rate)
    exported = write_export(path, TAKE, RATE, wish, request=REQUEST)
    samples, rate = read_audio(path)
    assert rate == exported.sample_rate == audio_format.written_rate(sample_rate or RATE)
    assert samples.shape == (1, exported.num_frames)
    assert exported.num_frames == round(len(TAKE) * rate / RATE)


@pytest.mark.parametrize(
    ("settings", "frames"),
    [
        (ExportSettings(), [0, 8000, 16_000]),
        (ExportSettings(sample_rate=48_000), [0, 24_000, 48_000]),
        (ExportSettings(start_s=0.75), [0, 4000]),
        (ExportSettings(start_s=0.25, stop_s=0.75), [0, 4000]),
    ],
)
def test_each_prompt_along_time_has_a_cue_point(
    settings: ExportSettings, frames: list[int]
) -> None:
    prompts = [PromptSegment(0.5 * index, f"prompt {index}") for index in range(3)]
    take = np.full(2 * RATE, 0.1, np.float32)
    cues = ExportRendering(take, RATE, settings).cues(prompts)
    assert [cue.frame for cue in cues] == frames
    first = 1 if settings.start_s > 0.5 else 0
    assert [cue.label for cue in cues] == [f"prompt {first + n}" for n in range(len(frames))]


def test_a_sound_of_one_prompt_has_no_cue_points() -> None:
    whole = ExportRendering(TAKE, RATE, ExportSettings())
    assert whole.cues([PromptSegment(0.0, "rain")]) == ()


def test_each_marker_in_the_stretch_has_a_cue_point() -> None:
    settings = ExportSettings(start_s=1.0, stop_s=3.0, sample_rate=48000)
    rendering = ExportRendering(np.zeros(4 * 16000, np.float32), 16000, settings)
    markers = [Marker(0.9, "before"), Marker(1.0, "a"), Marker(2.5), Marker(3.0, "b"), Marker(3.1)]
    cues = rendering.cues([PromptSegment(0.0, "rain"), PromptSegment(2.0, "wind")], markers)
    expected = [(0, "a"), (0, "rain"), (48000, "wind"), (72000, ""), (96000, "b")]
    assert [(cue.frame, cue.label) for cue in cues] == expected


def test_cue_points_are_in_the_file(tmp_path: Path) -> None:
    prompts = [PromptSegment(0.0, "rain"), PromptSegment(0.1, "thunder")]
    path = tmp_path / "a.wav"
    write_export(path, TAKE, RATE, ExportSettings(), request=REQUEST, prompts=prompts)
    assert b"thunder\0" in path.read_bytes()
    assert read_metadata(path)["prompt"] == REQUEST.prompt
