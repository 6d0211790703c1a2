"""What is sung comes from the command line or a file; a distilled model gets its own settings."""

import argparse

import pytest

from app.cli.options import add_generate_command
from app.cli.sound_job import sound_jobs, with_own_settings
from core.api.errors import InvalidRequestError
from core.api.request import GenerationRequest, Scheduler
from tests.tiny_ace_step import build_tiny_ace_step


def options_of(*args: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_generate_command(parser.add_subparsers())
    return parser.parse_args(["generate", "pop", "-o", "a.wav", *args])


def request_of(*args: str) -> GenerationRequest:
    [job], _ = sound_jobs(options_of(*args))
    return job.request


def test_a_song_is_part_of_the_request():
    request = request_of("--lyrics", "la", "--bpm", "120", "--key", "C major", "--beats", "3")
    song = (request.lyrics, request.bpm, request.key, request.beats, request.lyrics_language)
    assert song == ("la", 120, "C major", 3, "en")
    assert request_of("--lyrics-language", "zh").lyrics_language == "zh"


def test_lyrics_are_read_from_a_file(tmp_path, capsys):
    file = tmp_path / "words.txt"
    file.write_text("[verse]\nla là", encoding="utf-8")
    assert request_of("--lyrics", f"@{file}").lyrics == "[verse]\nla là"
    with pytest.raises(SystemExit):
        options_of("--lyrics", f"@{tmp_path / 'none.txt'}")
    assert "cannot be read" in capsys.readouterr().err


def test_a_tempo_that_nobody_plays_is_refused():
    with pytest.raises(InvalidRequestError, match="between 30 and 300"):
        request_of("--bpm", "9")


def test_without_options_the_usual_settings_count():
    usual = GenerationRequest()
    request = with_own_settings(request_of(), options_of())
    for field in ("num_inference_steps", "guidance_scale", "scheduler"):
        assert getattr(request, field) == getattr(usual, field)


def test_a_distilled_model_gets_what_it_was_distilled_to(tmp_path):
    folder = build_tiny_ace_step(tmp_path / "model", is_turbo=True)
    args = ("--model", str(folder), "--steps", "4")
    request = with_own_settings(request_of(*args), options_of(*args))
    settings = (request.num_inference_steps, request.guidance_scale, request.scheduler)
    assert settings == (4, 1.0, Scheduler.EULER)
