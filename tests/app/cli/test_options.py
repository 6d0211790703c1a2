"""Options of `generate` about the file and the LoRAs."""

import argparse
from pathlib import Path

import pytest

from app.cli.export_options import add_export_options, export_settings, needs_whole_sound
from app.cli.options import add_generate_command
from core.api.errors import AudioFileError, InvalidRequestError
from core.api.lora import Lora
from core.api.request import Level
from core.sound_files.audio_format import AudioFormat
from core.sound_files.export.settings import ExportSettings, Normalisation


def settings_of(name: str, *args: str) -> ExportSettings:
    parser = argparse.ArgumentParser()
    add_export_options(parser)
    return export_settings(parser.parse_args(args), Path(name))


def options_of(*args: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_generate_command(parser.add_subparsers())
    return parser.parse_args(["generate", "rain", "-o", "a.wav", *args])


def loras_of(*args: str) -> list[Lora]:
    found: list[Lora] = options_of(*args).lora
    return found


@pytest.mark.parametrize(
    ("name", "args", "audio_format"),
    [
        ("a.wav", [], AudioFormat.WAV_16),
        ("a.wav", ["--bits", "24"], AudioFormat.WAV_24),
        ("a.wav", ["--bits", "float"], AudioFormat.WAV_FLOAT),
        ("a.FLAC", ["--bits", "24"], AudioFormat.FLAC_24),
        ("a.ogg", [], AudioFormat.OGG),
        ("a.opus", [], AudioFormat.OPUS),
        ("a.MP3", [], AudioFormat.MP3),
    ],
)
def test_name_and_bits_are_the_format(name, args, audio_format):
    settings = settings_of(name, *args)
    assert settings == ExportSettings(audio_format=audio_format)
    assert not needs_whole_sound(settings)


def test_a_bit_rate_is_one_of_the_usual_ones(capsys):
    assert settings_of("a.mp3", "--bit-rate", "192").bit_rate_kbps == 192
    with pytest.raises(SystemExit):
        settings_of("a.mp3", "--bit-rate", "191")
    assert "invalid choice: 191" in capsys.readouterr().err


def test_rate_and_level_need_the_whole_sound():
    assert settings_of("a.wav", "--rate", "48000").sample_rate == 48_000
    peak, loud = settings_of("a.wav", "--normalise"), settings_of("a.wav", "--loudness", "-23")
    assert (peak.normalisation, peak.peak_dbfs) == (Normalisation.PEAK, -1.0)
    assert (loud.normalisation, loud.loudness_lufs) == (Normalisation.LOUDNESS, -23.0)
    assert all(map(needs_whole_sound, (peak, loud, settings_of("a.wav", "--rate", "16000"))))


@pytest.mark.parametrize(
    ("name", "args"),
    [("a.ogg", ["--bits", "24"]), ("a.flac", ["--bits", "float"]), ("a.wav", ["--loudness", "3"])],
)
def test_what_no_file_can_hold_is_refused_in_a_sentence(name, args):
    with pytest.raises(InvalidRequestError):
        settings_of(name, *args)


def test_an_unknown_ending_is_refused_in_a_sentence():
    with pytest.raises(AudioFileError, match="endings"):
        settings_of("a.m4a")


@pytest.mark.parametrize(
    "args", [["--rate", "22050"], ["--bits", "8"], ["--normalise", "--loudness", "-20"]]
)
def test_unknown_options_are_wrong_usage(args, capsys):
    with pytest.raises(SystemExit):
        settings_of("a.wav", *args)
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "name", "weight"),
    [
        ("organ", "organ", 1.0),
        ("organ=0.5", "organ", 0.5),
        ("organ=-1", "organ", -1.0),
        ("a=b", "a=b", 1.0),
        ("a=b=2", "a=b", 2.0),
        ("here=2", "here=2", 1.0),
    ],
)
def test_a_lora_has_a_path_and_perhaps_a_weight(tmp_path, monkeypatch, text, name, weight):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here=2").mkdir()
    assert loras_of("--lora", text) == [Lora(str(tmp_path / name), weight)]


def test_loras_keep_their_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = loras_of("--lora", "b=2", "--lora", "a")
    assert found == [Lora(str(tmp_path / "b"), 2.0), Lora(str(tmp_path / "a"))]
    assert loras_of() == []


@pytest.mark.parametrize("text", ["a=nan", "a=11", ""])
def test_a_lora_that_cannot_be_is_refused(capsys, text):
    with pytest.raises(SystemExit):
        loras_of("--lora", text)
    assert "LoRA" in capsys.readouterr().err


def test_a_level_is_a_loudness_or_a_word(capsys):
    assert options_of().level is Level.RECOMMENDED
    assert options_of("--level", "-23").level == -23.0
    assert options_of("--level", "unchanged").level is Level.UNCHANGED
    for wrong in ("loud", "3"):
        with pytest.raises(SystemExit):
            options_of("--level", wrong)
    assert "There is no level 'loud'" in capsys.readouterr().err
