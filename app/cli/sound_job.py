"""The sounds that `generate` is asked for: what to make, where to write it, and how."""

import argparse
import secrets
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.cli.editing.editable_take import EDITABLE_BYTES_PER_SECOND
from app.cli.export_options import export_settings, needs_whole_sound
from app.cli.prompt_arguments import output_of, parse_segments, read_prompt_list
from app.cli.runner import print_error
from core.api.byte_count import size_text
from core.api.config import EngineConfig, TilingConfig
from core.api.errors import AudioFileError, InvalidRequestError
from core.api.request import MIN_DURATION_S, GenerationRequest
from core.models.model_store import ModelStore
from core.sound_files.export.settings import ExportSettings
from core.sound_files.export.size import estimated_bytes

_USUAL_RATE = 16_000  # of most models; a model's own is known only once it is loaded


@dataclass(frozen=True)
class SoundJob:
    """One sound to make.

    Attributes:
        request: What to make.
        output: Where to write it.
        settings: How to save it.
    """

    request: GenerationRequest
    output: Path
    settings: ExportSettings


def sound_jobs(options: argparse.Namespace) -> tuple[list[SoundJob], int]:
    """Return the sounds to make, at least one, and how many prompts of a list are refused."""
    output = Path(options.output)
    settings = export_settings(options, output)
    wants_more = options.prompts is not None or options.editable or needs_whole_sound(settings)
    if options.endless and wants_more:
        raise InvalidRequestError(
            "endless",
            "--endless writes one file as it comes: leave --prompts, --editable, --normalise, "
            "--loudness and --rate out.",
        )
    if options.prompts is None:
        return [SoundJob(_request(options, options.prompt or ""), output, settings)], 0
    jobs, refusals = [], []
    prompts = read_prompt_list(Path(options.prompts))
    for number, (line, prompt) in enumerate(prompts, start=1):
        try:
            request = _request(options, prompt)
        except InvalidRequestError as error:
            if error.field != "prompt":  # then no line can be used
                raise
            refusals.append(error)
            print_error(error, of=f"{options.prompts}, line {line}")
        else:
            jobs.append(SoundJob(request, output_of(output, number, prompt), settings))
    if not jobs:
        raise InvalidRequestError("prompts", f"{options.prompts}: no prompt of it can be used.")
    return jobs, len(refusals)


def with_own_settings(request: GenerationRequest, options: argparse.Namespace) -> GenerationRequest:
    """The request with the steps, guidance and sampler of its model's card, if it was distilled.

    Other models run with the defaults of the options, as they always did. The model must be on the
    disk, since its card is read from there.
    """
    model = ModelStore().describe(request.model)
    if model.card is None or model.capabilities is None or model.capabilities.guided:
        return request
    own: dict[str, tuple[Any, Any]] = {
        "num_inference_steps": (options.steps, model.card.num_inference_steps),
        "guidance_scale": (options.guidance, model.card.guidance_scale),
        "scheduler": (options.scheduler, model.card.scheduler),
    }
    return replace(
        request, **{field: value for field, (asked, value) in own.items() if asked is None}
    )


def engine_config(options: argparse.Namespace) -> EngineConfig:
    """Where and how the sounds are made."""
    tiling = TilingConfig(mode=options.mode)
    return EngineConfig(device=options.device, tiling=tiling, blend=options.blend)


def check_disk(jobs: list[SoundJob], is_editable: bool) -> None:
    """Refuse a length that the disk cannot hold, before any work.

    Where nothing at all is free, the attempt to write says why.
    """
    folder, free = jobs[0].output.parent, shutil.disk_usage(jobs[0].output.parent).free
    duration_s = sum(job.request.duration_s for job in jobs)
    needed = duration_s * _bytes_per_second(jobs[0].settings, is_editable)
    if 0 < free < needed:
        fitting_s = int(free / needed * duration_s)
        shorter = f"ask for less than {fitting_s:,} s, or " if fitting_s else ""
        raise InvalidRequestError(
            "duration_s",
            f"{duration_s:g} s of sound would take {size_text(needed)}, and {size_text(free)} are "
            f"free in {folder}; {shorter}choose another disk.",
        )


def _bytes_per_second(settings: ExportSettings, is_editable: bool) -> int:
    """Return about how much a second of sound takes on the disk."""
    rate = settings.sample_rate or _USUAL_RATE
    return estimated_bytes(rate, rate, settings) + is_editable * EDITABLE_BYTES_PER_SECOND


def _request(options: argparse.Namespace, prompt: str) -> GenerationRequest:
    sampling = {
        "num_inference_steps": options.steps,
        "guidance_scale": options.guidance,
        "scheduler": options.scheduler,
    }
    return GenerationRequest(
        prompt=prompt,
        negative_prompt=options.negative,
        transcription=options.transcription,
        lyrics=options.lyrics,
        lyrics_language=options.lyrics_language,
        bpm=options.bpm,
        key=options.key,
        beats=options.beats,
        duration_s=_duration_s(options),
        seed=secrets.randbits(32) if options.seed is None else options.seed,
        **{field: value for field, value in sampling.items() if value is not None},
        init_audio=options.init_audio,
        strength=options.strength,
        segments=parse_segments(options.segment, prompt),
        model=options.model,
        loras=tuple(options.lora),
        level=options.level,
        draft=options.draft,
    )


def _duration_s(options: argparse.Namespace) -> float:
    if options.seconds is None and options.init_audio is not None:
        from core.sound_files.audio_file import read_duration_s

        duration_s = read_duration_s(options.init_audio)
        if not duration_s:
            raise AudioFileError(
                options.init_audio, "this file holds no sound; please choose another."
            )
        if duration_s < MIN_DURATION_S:
            raise AudioFileError(
                options.init_audio,
                f"this sound is only {duration_s:g} s long; say with --seconds how long the new "
                "one is to be, or choose another.",
            )
        return duration_s
    return GenerationRequest().duration_s if options.seconds is None else options.seconds
