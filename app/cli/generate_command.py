"""`main.py generate`: writes sounds into files."""

import argparse
import sys

from app.cli.output import check_folder
from app.cli.ranks.rank_choice import chosen_place
from app.cli.runner import CANCELLED, FAILED, print_error, run_command, stopped_at_once
from app.cli.sound_job import check_disk, engine_config, sound_jobs
from app.cli.sound_making import make_sound
from app.cli.spooled_source import spooled_source
from app.paths import unfinished_folder
from app.torch_import import limit_thread_spinning
from core.api.errors import Cancelled, TesseraError
from core.api.progress import Progress
from core.runtime.memory_errors import check_address_space


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code: 0 only if all files were written."""
    return run_command(options, _generate_all)


def _generate_all(options: argparse.Namespace, progress: Progress) -> int:
    """Make every sound, from a source that is a file; on one device, or over ranks."""
    place = chosen_place(options)
    with spooled_source(options.init_audio) as options.init_audio:
        if place is None:
            return _generate_jobs(options, progress)
        from app.cli.ranks.ranked_run import generate_over_ranks

        return generate_over_ranks(options, place, progress)


def _generate_jobs(options: argparse.Namespace, progress: Progress) -> int:
    """Make every sound; in a list of prompts, one that fails does not stop the others."""
    jobs, num_refused = sound_jobs(options)
    check_folder(jobs[0].output)
    if not options.endless:  # an endless sound ends when the disk is nearly full
        check_disk(jobs, options.editable)
    limit_thread_spinning()
    check_address_space()
    with stopped_at_once():
        from core.engine import Engine  # torch takes seconds to import
    progress.check_cancelled()

    engine, written = Engine(engine_config(options), unfinished_folder()), 0
    for job in jobs:
        try:
            make_sound(engine, job, options, progress)
        except Cancelled:
            print(f"Cancelled; {_count(written)} written.", file=sys.stderr)
            return CANCELLED
        except TesseraError as error:
            if options.prompts is None:
                raise
            print_error(error, of=str(job.output))
        else:
            written += 1
            if options.prompts is not None:
                print(job.output, file=sys.stderr)
    return 0 if written == len(jobs) + num_refused else FAILED


def _count(files: int) -> str:
    return {0: "nothing was", 1: "one file was"}.get(files, f"{files} files were")
