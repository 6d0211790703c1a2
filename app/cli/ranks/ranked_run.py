"""Runs `generate` as one of the ranks: joins the others, and ends together with them."""

import argparse
import os
import sys
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from app.cli.output import check_folder
from app.cli.ranks.rank_choice import own_device
from app.cli.ranks.rank_processes import LIFE, RankProcesses
from app.cli.runner import CANCELLED, FAILED, print_error, stopped_at_once
from app.cli.sound_job import SoundJob, check_disk, sound_jobs
from app.session.devices.rank_variables import rank_variables
from app.torch_import import limit_thread_spinning
from core.api.errors import Cancelled, RankLostError, TesseraError
from core.api.progress import InnerProgress, Progress
from core.peers.rank_place import RankPlace
from core.runtime.memory_errors import check_address_space

if TYPE_CHECKING:  # torch takes seconds to import
    from core.peers.fault_watch import Fault, FaultWatch

_CPP_LOG = "TORCH_CPP_LOG_LEVEL"  # a lost connection is a sentence, not a stack of C++


def generate_over_ranks(options: argparse.Namespace, place: RankPlace, progress: Progress) -> int:
    """Make the sounds over all ranks; rank 0 prints and writes files.

    Returns:
        The exit code, 0 only if all files were written.

    Raises:
        TesseraError: It failed, and this rank is the one that says so.
        Cancelled: The same.
    """
    os.environ.setdefault(_CPP_LOG, "ERROR")
    limit_thread_spinning()
    if place.is_first:
        jobs, num_refused = sound_jobs(options)
        check_folder(jobs[0].output)
        check_disk(jobs, options.editable)
        return _run(options, place, progress, jobs) or int(num_refused > 0) * FAILED
    try:
        return _run(options, place, InnerProgress(progress), [])
    except Cancelled:
        return CANCELLED
    except TesseraError as error:
        if not place.speaks(error.rank if isinstance(error, RankLostError) else None):
            return FAILED
        raise


def _run(
    options: argparse.Namespace, place: RankPlace, progress: Progress, jobs: list[SoundJob]
) -> int:
    """Start further ranks where that is this process's part, and work as one of them."""
    starts_others = place.is_first and not place.port
    with ExitStack() as stack:
        processes = None
        if starts_others:
            stack.enter_context(rank_variables(options.devices))
            processes = stack.enter_context(RankProcesses(options, place))
        check_address_space()
        with stopped_at_once():
            from core.runtime.device import choose_device, device_names
        progress.check_cancelled()
        for device in options.devices if starts_others else ():
            choose_device(device)  # a wrong name is refused before the ranks wait for each other
        options.device = own_device(options.device, place, device_names())
        return _join(options, place, progress, jobs, processes)


def _join(
    options: argparse.Namespace,
    place: RankPlace,
    progress: Progress,
    jobs: list[SoundJob],
    processes: RankProcesses | None,
) -> int:
    from app.cli.ranks.ranked_list import RankedList
    from app.cli.ranks.ranked_sound import make_ranked_sound
    from core.peers.joining import joined
    from core.peers.rank_board import open_store

    store = open_store(place)
    life = int(os.environ.get(LIFE, "0"))
    work = RankedList(store, place, life) if options.prompts is not None else None

    def watch_processes(watch: "FaultWatch") -> None:
        if processes is not None:
            processes.watch(work.on_end if work is not None else partial(_lose, watch))

    if processes is not None:
        processes.tell_port(store.port)
    with joined(
        store,
        place,
        options.device,
        on_fault=progress.cancel,
        end_process=partial(_end_process, place, processes),
        on_watching=watch_processes,
        check_cancelled=progress.check_cancelled,
        tolerates_loss=work is not None,
    ) as ranks:
        if work is None:
            make_ranked_sound(ranks, jobs, options, progress)
            return 0
        return work.make(ranks, jobs, options, progress)


def _lose(watch: "FaultWatch", rank: int, life: int) -> bool:
    """A process has ended without a word: all end."""
    from core.peers.fault_watch import Fault

    watch.tell(Fault(rank, is_lost=True))
    return False


def _end_process(
    place: RankPlace, processes: RankProcesses | None, fault: "Fault", error: Exception
) -> None:
    """End this process, whose work waits inside a library for a rank that is gone.

    Called in another thread. Files that are half written are hidden, and removed at a later start.
    """
    lost = fault.rank if fault.is_lost else None
    if isinstance(error, TesseraError) and place.speaks(lost):
        print_error(error)
    sys.stderr.flush()
    if processes is not None:
        processes.kill()
    os._exit(CANCELLED if fault.is_cancelled else FAILED)
