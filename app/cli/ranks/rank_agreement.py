"""What ranks compare and share before they work: the command, the requests, the model's files."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.cli.export_options import export_settings
from app.cli.sound_job import SoundJob
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.diffusion.run_checkpoint import files_of
from core.engine import Engine
from core.kernels.processor_speed import processor_speed
from core.peers.handshake import compare, hashes_of
from core.peers.joining import JoinedRanks

_COMPARED = (
    *("negative", "transcription", "segment", "seconds", "seed", "steps", "guidance", "scheduler"),
    *("lyrics", "lyrics_language", "bpm", "key", "beats"),
    *("draft", "level", "strength", "model", "lora", "mode", "blend", "prompts", "editable"),
)
_SAME_COMMAND = "Give all ranks the same command."
_SAME_FILES = "Copy the model to all machines from one place."


def compare_options(ranks: JoinedRanks, options: argparse.Namespace) -> None:
    """Check that all ranks were asked for the same.

    Raises:
        RankError: A rank was asked for something else.
    """
    facts = {f"--{name.replace('_', '-')}": str(getattr(options, name)) for name in _COMPARED}
    facts["prompt"] = str(options.prompt)
    facts["--init-audio"] = str(options.init_audio is not None)  # the file is compared by contents
    compare(ranks.board, "options", facts, ranks.devices, _SAME_COMMAND)


def jobs_to_text(jobs: Sequence[SoundJob]) -> str:
    """Jobs as a text for the board."""
    return json.dumps(
        [{"request": job.request.to_dict(), "output": str(job.output)} for job in jobs]
    )


def jobs_from_text(text: str, options: argparse.Namespace) -> list[SoundJob]:
    """The inverse of `jobs_to_text`; a source sound is this rank's own file."""
    jobs = []
    for values in json.loads(text):
        request = GenerationRequest.from_dict(values["request"])
        output = Path(values["output"])
        own = replace(request, init_audio=options.init_audio)
        jobs.append(SoundJob(own, output, export_settings(options, output)))
    return jobs


def prepare_model(
    ranks: JoinedRanks,
    engine: Engine,
    request: GenerationRequest,
    options: argparse.Namespace,
    progress: Progress,
) -> dict[str, str]:
    """Get the model onto every machine, and check that all ranks have the same files.

    One rank of a machine downloads, converts and measures the processor; the others find it done.

    Returns:
        The hashes of the files by name.

    Raises:
        RankError: A rank has other files, or failed to get them.
        TesseraError: This rank cannot get them.
    """
    if ranks.place.local_rank == 0:
        _fetch(engine, request, options, progress)
        if options.device == "cpu":
            processor_speed()
    ranks.board.gather("fetched", "")
    _fetch(engine, request, options, progress)
    folder, files = files_of(request)
    loras = [file for lora in request.loras for file in _files_in(Path(lora.path))]
    hashes = hashes_of(folder, [*files, *loras])
    compare(ranks.board, "files", hashes, ranks.devices, _SAME_FILES)
    return hashes


def _files_in(path: Path) -> list[Path]:
    """The files of a LoRA."""
    return [path] if path.is_file() else sorted(path.rglob("*.safetensors"))


def _fetch(
    engine: Engine, request: GenerationRequest, options: argparse.Namespace, progress: Progress
) -> None:
    engine.fetch(
        request.model, progress, download=options.agree_to_licence, convert=options.convert
    )
