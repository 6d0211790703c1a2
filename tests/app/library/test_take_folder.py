"""Takes written into folders and read back."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from app.library.library_error import LibraryError
from app.library.take_folder import ARRAYS, read_take
from core.sound_files.audio_file import read_audio
from tests.app.library.takes import make_take


def test_latents_and_spectrogram_are_stored_exactly(library):
    take = make_take("rain", seed=3)
    library.add(take, "one")
    stored = library.take("one")
    assert stored.request == take.request
    assert stored.sample_rate == take.sample_rate
    np.testing.assert_array_equal(stored.mel, take.mel)
    np.testing.assert_array_equal(stored.latents, take.latents)


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32), peak=st.integers(1, 2**20 - 1).map(lambda steps: steps / 2**20))
def test_samples_are_stored_to_half_a_step_of_24_bits(tmp_path_factory, seed, peak):
    from app.library.library import Library

    library = Library(tmp_path_factory.mktemp("library"))
    take = make_take(seed=seed, peak=peak)
    library.add(take, "one")
    off = np.abs(library.take("one").waveform.astype(float) - take.waveform)
    assert off.max() <= 2**-24
    assert (library.layout.takes / "one" / "audio.flac").exists()
    library.close()


@pytest.mark.parametrize("peak", [1.0, 1.5, 40.0])
def test_samples_beyond_full_scale_come_back_exactly(library, peak):
    take = make_take(peak=peak)
    library.add(take, "one")
    np.testing.assert_array_equal(library.take("one").waveform, take.waveform)
    assert soundfile.info(library.layout.takes / "one" / "audio.wav").subtype == "FLOAT"


@pytest.mark.parametrize("peak", [0.5, 1.5])
def test_a_take_longer_than_any_strangers_file_comes_back(library, monkeypatch, peak):
    take = make_take(peak=peak)
    monkeypatch.setattr(read_audio, "__defaults__", (take.waveform.nbytes - 1,))
    monkeypatch.setattr(
        "core.sound_files.encoding.audio_writer.MAX_WAV_BYTES", take.waveform.nbytes - 1
    )
    library.add(take, "one")
    np.testing.assert_allclose(library.take("one").waveform, take.waveform, atol=2**-24)


def test_a_take_without_latents_comes_back_without_them(library):
    library.add(make_take(latents=False), "one")
    assert library.take("one").latents is None


@pytest.mark.parametrize("rate", [16_000, 44_100, 96_000])
@pytest.mark.parametrize("channels", [1, 2, 9])
@pytest.mark.parametrize("bits", [16, 24, 32])
def test_a_recording_comes_back_to_the_bit(library, rate, channels, bits):
    draw = np.random.default_rng(0).uniform(-0.9, 0.9, (5000, channels)).astype(np.float32)
    samples = draw if bits == 32 else np.rint(draw * 2 ** (bits - 1)) / 2 ** (bits - 1)
    waveform = np.squeeze(samples.astype(np.float32))
    take = replace(make_take(latents=False), waveform=waveform, sample_rate=rate)
    library.add(take, "one")
    read = library.take("one")
    assert (read.sample_rate, read.channels) == (rate, channels)
    assert np.array_equal(read.waveform, waveform)
    is_flac = (library.layout.takes / "one" / "audio.flac").exists()
    assert is_flac == (bits < 32 and channels < 9)


def test_a_long_recording_stays_on_the_disk(library, monkeypatch):
    monkeypatch.setattr("core.sound_files.audio_file._IN_MEMORY_BYTES", 0)
    for name, channels in (("one", 1), ("two", 2)):
        waveform = np.squeeze(np.random.default_rng(0).uniform(-1, 1, (5000, channels)))
        take = replace(make_take(latents=False), waveform=waveform.astype(np.float32))
        library.add(take, name)
        read = library.take(name).waveform
        assert isinstance(read, np.memmap)
        assert np.array_equal(read, take.waveform)


@pytest.mark.parametrize("name", ["request.json", ARRAYS, "audio.flac"])
@pytest.mark.parametrize("damage", ["missing", "cut", "scrambled", "empty"])
def test_a_damaged_file_is_a_sentence_that_names_the_take(library, name, damage):
    library.add(make_take(), "one")
    path = library.layout.takes / "one" / name
    whole = path.read_bytes()
    match damage:
        case "missing":
            path.unlink()
        case "cut":
            path.write_bytes(whole[: len(whole) // 2])
        case "scrambled":
            path.write_bytes(whole[::-1])
        case "empty":
            path.write_bytes(b"")
    with pytest.raises(LibraryError, match="one"):
        read_take(library.layout.takes / "one")
