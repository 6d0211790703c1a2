"""Sound files: exact samples, all or nothing, and care with what is read."""

import json
import os
import resource
import subprocess
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.api.errors import AudioFileError
from core.sound_files.audio_facts import AudioFacts
from core.sound_files.audio_file import read_audio, read_metadata
from core.sound_files.audio_format import AudioFormat
from core.sound_files.encoding import audio_writer
from core.sound_files.encoding.audio_writer import AudioWriter

SAMPLES = np.random.default_rng(0).uniform(-0.9, 0.9, 100_000).astype(np.float32)


def leftovers(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize("audio_format", list(AudioFormat))
def test_samples_written_in_pieces_are_read_back(audio_format: AudioFormat, tmp_path: Path) -> None:
    path = tmp_path / f"take{audio_format.suffix}"
    with AudioWriter(path, 16000, audio_format=audio_format) as writer:
        for piece in np.split(SAMPLES, [1, 1, 777, 90_000]):
            writer.write(piece)
        assert not path.exists()
    samples, sample_rate = read_audio(path)
    assert (samples.shape, samples.dtype, sample_rate) == ((1, 100_000), np.float32, 16000)
    step = {16: 2**-15, 24: 2**-23}.get(audio_format.bits or 0, 0.0)
    if not audio_format.is_lossy:
        assert np.abs(samples[0] - SAMPLES).max() <= step / 2 * 1.001
    assert leftovers(tmp_path) == [path.name]


def test_channels_keep_their_order(tmp_path: Path) -> None:
    stereo = np.stack([SAMPLES, -0.5 * SAMPLES])
    with AudioWriter(
        tmp_path / "a.wav", 44100, audio_format=AudioFormat.WAV_FLOAT, channels=2
    ) as writer:
        writer.write(stereo)
    samples, sample_rate = read_audio(tmp_path / "a.wav")
    assert sample_rate == 44100
    np.testing.assert_array_equal(samples, stereo)


@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "opus", "mp3"])
def test_metadata_comes_back_as_it_was(ending: str, tmp_path: Path) -> None:
    prompt = 'a "church" organ 🎹 ' + "and much more " * 140
    values = {"prompt": prompt, "seed": 2**64 - 1, "guidance_scale": 3.5}
    path = tmp_path / f"a.{ending}"
    with AudioWriter(path, title=prompt, metadata=values) as writer:
        writer.write(SAMPLES)
    assert read_metadata(path) == values
    assert read_audio(path)[0].shape == (1, 100_000)
    with soundfile.SoundFile(path) as file:
        assert file.title == prompt[:200]


@pytest.mark.parametrize("comment", ["not json", "[1, 2]", " ", "[" * 1500])
def test_a_comment_of_another_program_is_no_metadata(comment: str, tmp_path: Path) -> None:
    with soundfile.SoundFile(tmp_path / "a.wav", "w", 16000, 1) as file:
        file.comment = comment
        file.write(SAMPLES[:100])
    assert read_metadata(tmp_path / "a.wav") == {}


def test_an_exception_leaves_the_older_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "take.wav"
    path.write_text("older")

    def cancel_half_way() -> None:
        with AudioWriter(path) as writer:
            writer.write(SAMPLES)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cancel_half_way()
    assert leftovers(tmp_path) == ["take.wav"]
    assert path.read_text() == "older"


def test_an_older_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "take.wav").write_text("older")
    with AudioWriter(tmp_path / "take.wav") as writer:
        writer.write(SAMPLES)
    assert read_audio(tmp_path / "take.wav")[0].shape == (1, 100_000)


def write_to(path: Path, samples: np.ndarray = SAMPLES) -> None:
    with AudioWriter(path) as writer:
        writer.write(samples)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("missing/a.wav", "does not exist"),
        ("a_file/a.wav", "is not a folder"),
        ("a_folder.wav", "this is a folder"),
        ("x" * 300 + ".wav", "name is too long"),
    ],
)
def test_a_path_that_cannot_be_written_fails_at_once(
    place: str, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "a_file").touch()
    (tmp_path / "a_folder.wav").mkdir()
    with pytest.raises(AudioFileError, match=sentence):
        write_to(tmp_path / place)
    assert leftovers(tmp_path) == ["a_file", "a_folder.wav"]


@pytest.fixture
def mounted(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A small file system of its own, mounted with the options of the parameter."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", request.param, "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting a small file system needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("mounted", ["size=64k"], indirect=True)
@pytest.mark.parametrize("ending", ["wav", "flac", "ogg"])
def test_a_full_disk_is_named_and_left_as_it_was(mounted: Path, ending: str) -> None:
    with pytest.raises(AudioFileError, match="disk is full"):
        write_to(mounted / f"a.{ending}", np.tile(SAMPLES, 3))
    assert leftovers(mounted) == []


@pytest.mark.parametrize("mounted", ["ro"], indirect=True)
def test_a_place_without_permission_is_named(mounted: Path) -> None:
    with pytest.raises(AudioFileError, match="no permission"):
        write_to(mounted / "a.wav")


@pytest.fixture
def small_file_limit() -> Iterator[None]:
    """The system refuses to let files grow beyond 50,000 bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("small_file_limit")
@pytest.mark.parametrize("ending", ["wav", "flac"])
def test_a_write_that_fails_half_way_leaves_nothing(tmp_path: Path, ending: str) -> None:
    with pytest.raises(AudioFileError, match="could not be written"):
        write_to(tmp_path / f"a.{ending}")
    assert leftovers(tmp_path) == []


def test_an_incomplete_file_is_noticed_before_it_takes_its_place(tmp_path: Path) -> None:
    def lose_the_end() -> None:
        with AudioWriter(tmp_path / "a.wav") as writer:
            writer.write(SAMPLES)
            writer.frames_written += 1

    with pytest.raises(AudioFileError, match="could not be written"):
        lose_the_end()
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_samples_that_are_not_numbers_are_refused(value: float, tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match="not numbers"):
        write_to(tmp_path / "a.wav", np.array([0.0, value], np.float32))
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    ("audio_format", "fits"), [("wav-16", 100), ("wav-24", 66), ("wav-float", 50)]
)
def test_a_wav_too_long_for_its_header_is_refused(
    audio_format: str, fits: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio_writer, "MAX_WAV_BYTES", 200)

    def write(num_frames: int) -> None:
        with AudioWriter(tmp_path / "a.wav", audio_format=AudioFormat(audio_format)) as writer:
            writer.write(SAMPLES[:10])
            writer.write(SAMPLES[: num_frames - 10])

    write(fits)
    with pytest.raises(AudioFileError, match=r"no more than 4 GiB.*save it as \.flac"):
        write(fits + 1)
    assert soundfile.info(tmp_path / "a.wav").frames == fits


def test_a_wav_of_known_length_beyond_4_gib_becomes_rf64(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio_writer, "MAX_WAV_BYTES", 200)
    path = tmp_path / "a.wav"
    with AudioWriter(
        path,
        audio_format=AudioFormat.WAV_FLOAT,
        title="rain",
        metadata={"prompt": "rain"},
        num_frames=len(SAMPLES),
    ) as writer:
        writer.write(SAMPLES)
    assert soundfile.info(path).format == "RF64"
    np.testing.assert_array_equal(read_audio(path)[0][0], SAMPLES)
    assert read_metadata(path) == {"prompt": "rain"}


def test_a_flac_may_be_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio_writer, "MAX_WAV_BYTES", 200)
    write_to(tmp_path / "a.flac")
    assert soundfile.info(tmp_path / "a.flac").frames == len(SAMPLES)


def test_no_samples_make_a_valid_empty_file(tmp_path: Path) -> None:
    write_to(tmp_path / "a.wav", SAMPLES[:0])
    assert soundfile.info(tmp_path / "a.wav").frames == 0
    with pytest.raises(AudioFileError, match="holds no sound"):
        read_audio(tmp_path / "a.wav")


@pytest.mark.parametrize("content", [b"RIFF", b"\0" * 1000, b"hello"])
def test_a_file_that_holds_no_sound_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    for read in (read_audio, read_metadata):
        with pytest.raises(AudioFileError, match="no sound file"):
            read(tmp_path / "a.wav")


@pytest.mark.parametrize(("name", "sentence"), [("none.wav", "no such file"), ("", "a folder")])
def test_what_is_no_file_is_named(name: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match=sentence):
        read_audio(tmp_path / name)


def test_a_truncated_file_gives_what_is_left_of_it(tmp_path: Path) -> None:
    write_to(tmp_path / "a.wav")
    os.truncate(tmp_path / "a.wav", 1000)
    samples, _ = read_audio(tmp_path / "a.wav")
    assert 0 < samples.shape[1] < 500


def test_a_sound_too_long_for_memory_is_refused_by_its_header(tmp_path: Path) -> None:
    write_to(tmp_path / "a.wav")
    with pytest.raises(AudioFileError, match="too long"):
        read_audio(tmp_path / "a.wav", max_bytes=4 * 99_999)
    assert read_audio(tmp_path / "a.wav", max_bytes=4 * 100_000)[0].shape == (1, 100_000)


@pytest.mark.parametrize("num_frames", [2**48, 2**62])
def test_a_header_that_claims_too_much_is_refused(
    num_frames: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_to(tmp_path / "a.wav")
    facts = AudioFacts(num_frames, sample_rate=16000, channels=1)
    monkeypatch.setattr("core.sound_files.audio_file._promised_facts", lambda *_: facts)
    with pytest.raises(AudioFileError, match="too long"):
        read_audio(tmp_path / "a.wav", max_bytes=None)


def test_reading_takes_the_memory_of_the_sound_once(tmp_path: Path) -> None:
    write_to(tmp_path / "a.wav", np.tile(SAMPLES, 20))  # 8 MB, and a block of 0.3 MB
    tracemalloc.start()
    try:
        samples, _ = read_audio(tmp_path / "a.wav", max_bytes=None)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 1.2 * samples.nbytes


def test_a_float_file_with_nans_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.array([0.0, np.nan]), 16000, "FLOAT")
    with pytest.raises(AudioFileError, match="not numbers"):
        read_audio(tmp_path / "a.wav")


def test_an_absurd_sample_rate_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", SAMPLES, 10)
    with pytest.raises(AudioFileError, match="sample rate of 10 Hz"):
        read_audio(tmp_path / "a.wav")


def test_metadata_is_plain_json_for_other_programs(tmp_path: Path) -> None:
    with AudioWriter(tmp_path / "a.flac", metadata={"prompt": "rain"}) as writer:
        writer.write(SAMPLES[:100])
    with soundfile.SoundFile(tmp_path / "a.flac") as file:
        assert json.loads(file.comment) == {"prompt": "rain"}
