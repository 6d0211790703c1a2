"""Arrangements as files: the mix, and stems that sum to it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.api.errors import AudioFileError, Cancelled, InvalidRequestError
from core.api.events import ExportAdvanced
from core.api.progress import Progress
from core.api.region import Span
from core.arrangement.arrangement import Arrangement
from core.arrangement.layer import Layer
from core.arrangement.mix import Mix
from core.arrangement.mix_export import write_mix, write_stems
from core.arrangement.sound_source import SoundSource
from core.arrangement.track import Track
from core.sound_files.audio_file import read_audio, read_metadata
from core.sound_files.audio_format import AudioFormat
from core.sound_files.export.level import Level
from core.sound_files.export.settings import ExportSettings, Normalisation

RATE = 48_000
FLOAT = ExportSettings(audio_format=AudioFormat.WAV_FLOAT)


def noise(rate: int, seed: int) -> np.ndarray:
    samples = np.random.default_rng(seed).standard_normal((rate, 2)) * 0.05
    return samples.astype(np.float32)


SOURCES = {"rain": SoundSource(noise(RATE, 0), RATE), "wind": SoundSource(noise(44_100, 1), 44_100)}
PART = Layer(track_id=1, sound_id="rain", sound_length=RATE, span=Span(0, RATE))


@pytest.fixture
def arrangement() -> Arrangement:
    """Rain, wind half a second later, and a muted track, after half a second of silence."""
    arrangement = Arrangement(name="Storm")
    for name in ("Rain", "Wind", "Off"):
        arrangement = arrangement.add_track(Track(name=name, is_muted=name == "Off"))
    arrangement = arrangement.add_layer(replace(PART, start=RATE // 2, fade_in=9000))
    wind = replace(PART, track_id=2, sound_id="wind", start=RATE, gain_db=-3.0, fade_out=9000)
    return arrangement.add_layer(wind).add_layer(replace(PART, track_id=3, start=2 * RATE))


def heard(arrangement: Arrangement) -> np.ndarray:
    """The mix, (channels, n)."""
    mix = Mix(arrangement, SOURCES)
    return mix.read(Span(0, mix.num_samples)).T


def stem_paths(folder: Path, ending: str = ".wav") -> dict[int, Path]:
    return {1: folder / f"rain{ending}", 2: folder / f"wind{ending}"}


def test_a_file_of_floats_is_the_mix(arrangement: Arrangement, tmp_path: Path) -> None:
    path = tmp_path / "storm.wav"
    exported = write_mix(path, arrangement, SOURCES, FLOAT)

    assert np.array_equal(read_audio(path)[0], heard(arrangement))
    assert (exported.num_frames, exported.sample_rate) == (3 * RATE, RATE)
    assert read_metadata(path) == {"arrangement": "Storm"}


@pytest.mark.parametrize("normalisation", Normalisation)
@pytest.mark.parametrize("trim_silence", [True, False])
def test_stems_sum_to_the_mix(
    arrangement: Arrangement, tmp_path: Path, normalisation: Normalisation, *, trim_silence: bool
) -> None:
    settings = replace(
        FLOAT,
        normalisation=normalisation,
        loudness_lufs=-30.0,
        trim_silence=trim_silence,
        fade_in_s=0.1,
        sample_rate=44_100,
    )
    path, paths = tmp_path / "storm.wav", stem_paths(tmp_path)
    mix = write_mix(path, arrangement, SOURCES, settings)
    stems = write_stems(paths, arrangement, SOURCES, settings)

    assert [one.num_frames for one in stems] == [mix.num_frames] * 2
    assert mix.num_frames / 44_100 == pytest.approx(1.5 if trim_silence else 3.0, abs=0.05)
    summed = sum(read_audio(one)[0] for one in paths.values())
    np.testing.assert_allclose(summed, read_audio(path)[0], atol=2e-6)
    assert (mix.level.gain == 1.0) == (normalisation is Normalisation.NONE)


def test_the_mix_appears_with_its_stems(arrangement: Arrangement, tmp_path: Path) -> None:
    alone, beside = tmp_path / "alone.wav", tmp_path / "mix.wav"
    mix = write_mix(alone, arrangement, SOURCES, FLOAT)
    written = write_stems(stem_paths(tmp_path), arrangement, SOURCES, FLOAT, mix_path=beside)

    assert [one.path.name for one in written] == ["mix.wav", "rain.wav", "wind.wav"]
    assert written[0] == replace(mix, path=beside)
    assert np.array_equal(read_audio(alone)[0], read_audio(beside)[0])
    assert read_metadata(tmp_path / "wind.wav") == {"arrangement": "Storm", "track": "Wind"}


@pytest.mark.parametrize("audio_format", AudioFormat)
def test_every_format_holds_mix_and_stems(
    arrangement: Arrangement, tmp_path: Path, audio_format: AudioFormat
) -> None:
    settings = ExportSettings(audio_format=audio_format, dither=True)
    path, paths = tmp_path / f"a{audio_format.suffix}", stem_paths(tmp_path, audio_format.suffix)
    write_mix(path, arrangement, SOURCES, settings)
    write_stems(paths, arrangement, SOURCES, settings)

    samples, rate = read_audio(path)
    assert samples.shape[0] == 2
    assert samples.shape[1] / rate == pytest.approx(3.0, abs=0.05)
    if not audio_format.is_lossy:
        # Each file is rounded by up to half a step, after up to one step of dither.
        error = 4.5 * 2.0 ** (1 - (audio_format.bits or 24))
        summed = sum(read_audio(one)[0] for one in paths.values())
        assert np.abs(summed - samples).max() < error + 2e-6


def test_clipping_is_found(arrangement: Arrangement, tmp_path: Path) -> None:
    loud = arrangement.with_track(arrangement.track(1).with_gain(24.0))
    clipped = write_mix(tmp_path / "a.wav", loud, SOURCES, ExportSettings()).clipping
    stems = write_stems(stem_paths(tmp_path), loud, SOURCES, ExportSettings())

    assert clipped.num_samples == np.count_nonzero(np.abs(heard(loud)) > 1)
    assert stems[0].clipping.num_samples > 1000
    assert stems[1].clipping.num_samples == 0


def test_progress_rises_from_0_to_1(arrangement: Arrangement, tmp_path: Path) -> None:
    settings = replace(FLOAT, normalisation=Normalisation.PEAK)
    for write in (
        lambda progress: write_mix(tmp_path / "a.wav", arrangement, SOURCES, settings, progress),
        lambda progress: write_stems(
            stem_paths(tmp_path), arrangement, SOURCES, settings, progress
        ),
    ):
        seen: list[float] = []
        write(Progress(lambda event, seen=seen: seen.append(event.fraction)))
        assert seen == sorted(seen)
        assert (seen[0], seen[-1]) == (0.0, 1.0)


def test_a_cancelled_export_leaves_no_stem(arrangement: Arrangement, tmp_path: Path) -> None:
    def cancel(event: ExportAdvanced) -> None:
        if event.fraction > 0.7:  # the first stem is complete
            progress.cancel()

    progress = Progress(cancel)
    with pytest.raises(Cancelled):
        write_stems(stem_paths(tmp_path), arrangement, SOURCES, FLOAT, progress)
    assert not list(tmp_path.iterdir())


def test_a_stem_that_cannot_be_written_costs_the_others(
    arrangement: Arrangement, tmp_path: Path
) -> None:
    paths = {**stem_paths(tmp_path), 2: tmp_path / "missing" / "wind.wav"}
    with pytest.raises(AudioFileError):
        write_stems(paths, arrangement, SOURCES, FLOAT)
    assert not list(tmp_path.iterdir())


def test_silence_stays_silence(tmp_path: Path) -> None:
    source = SoundSource(np.zeros((RATE, 2), np.float32), RATE)
    silent = Arrangement().add_track().add_layer(PART)
    settings = replace(FLOAT, normalisation=Normalisation.PEAK)
    exported = write_mix(tmp_path / "a.wav", silent, {"rain": source}, settings)
    assert exported.level == Level(peak=0.0, is_silent=True)


def test_an_arrangement_without_layers_is_refused(tmp_path: Path) -> None:
    for write in (write_mix, write_stems):
        with pytest.raises(InvalidRequestError, match="add a sound"):
            write({} if write is write_stems else tmp_path / "a.wav", Arrangement(), {}, FLOAT)
    assert not list(tmp_path.iterdir())
