"""One sound over all ranks: rank 0 makes and writes it, the others do their parts of the work."""

import argparse
from collections.abc import Sequence

from torch.distributed.distributed_c10d import PrefixStore

from app.cli.ranks.rank_agreement import (
    compare_options,
    jobs_from_text,
    jobs_to_text,
    prepare_model,
)
from app.cli.sound_job import SoundJob, engine_config, with_own_settings
from app.cli.sound_making import make_sound
from app.paths import unfinished_folder
from core.api.progress import Progress
from core.engine import Engine
from core.peers.distributed import DistributedPeers
from core.peers.joining import JoinedRanks
from core.peers.rank_board import cloned


def make_ranked_sound(
    ranks: JoinedRanks,
    jobs: Sequence[SoundJob],
    options: argparse.Namespace,
    progress: Progress,
) -> None:
    """Make the sound; checkpoints are kept by rank 0, so any number of ranks can go on.

    Args:
        ranks: The ranks.
        jobs: The sound; only rank 0 has to know it.
        options: The command's options.
        progress: Of rank 0: receives events. May cancel.

    Raises:
        RankError: Another rank failed or is lost.
        TesseraError: This rank failed.
        Cancelled: One of the ranks was cancelled.
    """
    compare_options(ranks, options)
    [job] = jobs_from_text(ranks.board.from_first("jobs", jobs_to_text(jobs)), options)
    place = ranks.place
    group = PrefixStore(f"tessera/{place.restarts}/group", cloned(ranks.store))
    peers = DistributedPeers(group, place.rank, place.size, ranks.devices[place.rank])
    folder = unfinished_folder() if place.is_first else None
    engine = Engine(engine_config(options), folder, peers=peers)
    prepare_model(ranks, engine, job.request, options, progress)
    if place.is_first:
        make_sound(engine, jobs[0], options, progress)
    else:
        engine.assist(with_own_settings(job.request, options), progress)
