"""Inspecting files that may come from anywhere."""

import os
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.api.errors import AudioFileError, SettingsFileError
from core.api.lora import Lora
from core.api.region import Span
from core.api.request import GenerationRequest
from core.arrangement.arrangement import Arrangement
from core.arrangement.arrangement_folder import DESCRIPTION, write_arrangement
from core.arrangement.layer import Layer
from core.arrangement.sound_source import SoundSource
from core.sound_files import file_inspection
from core.sound_files.encoding.audio_writer import AudioWriter
from core.sound_files.file_inspection import IncomingFile, inspect_file
from core.sound_files.sidecar import write_sidecar

SAMPLES = (0.1 * np.random.default_rng(0).standard_normal(8000)).astype(np.float32)
REQUEST = GenerationRequest(prompt="kalimba", seed=7)


def write_take(path: Path, **values: object) -> Path:
    with AudioWriter(path, metadata=REQUEST.to_dict() | values) as writer:
        writer.write(SAMPLES)
    return path


@pytest.mark.parametrize("ending", ["wav", "flac", "ogg"])
def test_a_sound_of_ours_holds_its_settings(ending: str, tmp_path: Path) -> None:
    found = inspect_file(write_take(tmp_path / f"a.{ending}"))
    assert (found.request, found.left_out) == (REQUEST, ())
    assert found.facts is not None
    assert found.facts.duration_s == 0.5


def test_a_settings_file_has_settings_and_no_sound(tmp_path: Path) -> None:
    found = inspect_file(write_sidecar(tmp_path / "a.wav", REQUEST))
    assert (found.request, found.facts) == (REQUEST, None)


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (44_100, 2), (192_000, 8)])
def test_any_other_sound_has_no_settings(rate: int, channels: int, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.tile(SAMPLES[:, None], channels), rate)
    found = inspect_file(tmp_path / "a.wav")
    assert found.request is None
    assert found.facts is not None
    assert (found.facts.sample_rate, found.facts.channels) == (rate, channels)


@pytest.mark.parametrize("value", ["7", -1, None, 1e300])
def test_a_sound_with_invalid_settings_is_a_sound(value: object, tmp_path: Path) -> None:
    found = inspect_file(write_take(tmp_path / "a.wav", seed=value))
    assert found.request is None
    assert found.facts is not None


@pytest.mark.parametrize(
    "place", ["//server/share/a.wav", r"\\server\share\a.wav", "http://server/a", "/none.wav", "\0"]
)
def test_paths_on_a_network_are_left_out(place: str, tmp_path: Path) -> None:
    found = inspect_file(write_take(tmp_path / "a.wav", init_audio=place))
    assert found.request == REQUEST
    assert found.left_out == ("init_audio",)


def test_a_model_on_a_network_is_left_out(tmp_path: Path) -> None:
    found = inspect_file(write_take(tmp_path / "a.wav", model=r"\\server\model"))
    assert found.request == REQUEST
    assert found.left_out == ("model",)


def test_loras_that_are_not_here_are_left_out(tmp_path: Path) -> None:
    here = {"path": str(tmp_path), "weight": 0.5}
    places = [r"\\server\lora", "//server/lora", str(tmp_path / "none"), "~nobody-knows/lora"]
    loras = [here, *({"path": place, "weight": 1} for place in places)]
    found = inspect_file(write_take(tmp_path / "a.wav", loras=loras))
    assert found.request == replace(REQUEST, loras=(Lora(str(tmp_path), 0.5),))
    assert found.left_out == ("loras",)


def test_a_source_sound_that_exists_is_kept(tmp_path: Path) -> None:
    source = str(write_take(tmp_path / "source.wav"))
    found = inspect_file(write_take(tmp_path / "a.wav", init_audio=source))
    assert found.request is not None
    assert found.request.init_audio == source


@pytest.mark.parametrize("content", [b"RIFF", b"\0" * 1000, b"{}"])
def test_a_file_that_holds_no_sound_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(AudioFileError, match="no sound file"):
        inspect_file(tmp_path / "a.wav")


def test_an_empty_sound_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", SAMPLES[:0], 16_000)
    with pytest.raises(AudioFileError, match="holds no sound"):
        inspect_file(tmp_path / "a.wav")


def test_a_header_that_claims_days_of_sound_is_refused(tmp_path: Path) -> None:
    """RF64 with 2^40 bytes of samples, of which there are none."""
    path = tmp_path / "a.wav"
    with soundfile.SoundFile(path, "w", 16_000, 2, "FLOAT", format="RF64") as file:
        file.write(np.zeros((10, 2), np.float32))
    data = bytearray(path.read_bytes())
    place = data.index(b"ds64") + 8
    struct.pack_into("<QQQ", data, place, 2**40, 2**40 - 100, 2**37)
    path.write_bytes(data)
    os.truncate(path, 2**40)  # a sparse file takes no room
    with pytest.raises(AudioFileError, match="too long"):
        inspect_file(path)


def test_a_sound_too_long_for_the_disk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_take(tmp_path / "a.wav")
    monkeypatch.setattr(file_inspection, "MAX_DISK_BYTES", 4 * 7999)
    with pytest.raises(AudioFileError, match="too long"):
        inspect_file(path)


@pytest.mark.parametrize("name", ["pipe.wav", "pipe.json"])
def test_a_pipe_is_refused_at_once(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises((AudioFileError, SettingsFileError), match="ordinary"):
        inspect_file(tmp_path / name)


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match="no such file"):
        inspect_file(tmp_path / "none.wav")


def test_folders_and_checkpoints_are_models(tmp_path: Path) -> None:
    assert inspect_file(tmp_path) == IncomingFile(tmp_path, is_model=True)
    checkpoint = tmp_path / "rain.CKPT"
    checkpoint.write_bytes(b"weights")
    assert inspect_file(checkpoint) == IncomingFile(checkpoint, is_model=True)


def test_a_folder_of_adapters_is_a_lora_unless_a_model_is_there(tmp_path: Path) -> None:
    (tmp_path / "pytorch_lora_weights.safetensors").touch()
    assert inspect_file(tmp_path) == IncomingFile(tmp_path, is_lora=True)
    (tmp_path / "model_index.json").touch()
    assert inspect_file(tmp_path) == IncomingFile(tmp_path, is_model=True)


def test_a_pipe_that_is_called_a_checkpoint_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "rain.ckpt")
    assert inspect_file(tmp_path / "rain.ckpt").is_model


def test_settings_of_megabytes_are_refused(tmp_path: Path) -> None:
    with soundfile.SoundFile(tmp_path / "a.flac", "w", 16_000, 1) as file:
        file.comment = '{"prompt": "' + "x" * (1 << 21) + '"}'
        file.write(SAMPLES)
    assert inspect_file(tmp_path / "a.flac").request is None


def test_the_folder_of_an_arrangement_is_one_and_so_is_its_file(tmp_path: Path) -> None:
    samples = {"a": SoundSource(SAMPLES, 16_000)}
    layer = Layer(track_id=1, sound_id="a", sound_length=8000, span=Span(0, 8000))
    arrangement = Arrangement(sample_rate=16_000).add_track().add_layer(layer)
    write_arrangement(tmp_path / "song", arrangement, samples)
    for path in (tmp_path / "song", tmp_path / "song" / DESCRIPTION):
        assert inspect_file(path) == IncomingFile(path, is_arrangement=True)
