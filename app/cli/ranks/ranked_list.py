"""A list of prompts over ranks: each rank takes the next one, and writes its file by itself."""

import argparse
import sys
from collections.abc import Sequence

from torch.distributed.distributed_c10d import Store

from app.cli.output import check_folder
from app.cli.ranks.list_journal import ListJournal
from app.cli.ranks.rank_agreement import (
    compare_options,
    jobs_from_text,
    jobs_to_text,
    prepare_model,
)
from app.cli.runner import FAILED
from app.cli.sound_job import SoundJob, engine_config
from app.cli.sound_making import make_sound
from app.paths import unfinished_folder
from core.api.errors import TesseraError
from core.api.progress import Progress
from core.engine import Engine
from core.peers.joining import JoinedRanks
from core.peers.list_claims import ListClaims
from core.peers.rank_board import cloned
from core.peers.rank_place import RankPlace

MOST_FRUITLESS = 5  # starts of a rank in a row, without a file of anyone between them


class RankedList:
    """The list as this rank sees it.

    Args:
        store: A connection to the store.
        place: The rank that this process is.
        life: How often this rank was started again by itself.
    """

    def __init__(self, store: Store, place: RankPlace, life: int) -> None:
        self._store, self._place, self._life = store, place, life
        self._burials = ListClaims(cloned(store), place)  # for the thread that watches processes
        self._num_done, self._num_failed = 0, 0
        self._fruitless: dict[int, int] = {}
        self._num_done_before: dict[int, int] = {}

    def on_end(self, rank: int, life: int) -> bool:
        """Free what a process had taken that has ended; whether to start it again."""
        self._burials.bury(rank, life)
        if self._num_done_before.get(rank) == self._num_done:
            self._fruitless[rank] = self._fruitless.get(rank, 0) + 1
        else:
            self._fruitless[rank] = 0
        self._num_done_before[rank] = self._num_done
        return self._fruitless[rank] < MOST_FRUITLESS

    def make(
        self,
        ranks: JoinedRanks,
        jobs: Sequence[SoundJob],
        options: argparse.Namespace,
        progress: Progress,
    ) -> int:
        """Make what nobody else makes, until all is made; one that fails does not stop the others.

        Args:
            ranks: The ranks.
            jobs: The sounds; only rank 0 has to know them.
            options: The command's options.
            progress: Receives events of this rank's sounds, and may cancel.

        Returns:
            The exit code.

        Raises:
            RankError: Another rank is lost, or has other files.
            Cancelled: One of the ranks was cancelled.
        """
        compare_options(ranks, options)
        claims = ListClaims(self._store, self._place, self._life, lambda: ranks.watch.lost)
        shared = claims.once("jobs", jobs_to_text(jobs)) if self._place.is_first else ""
        shared_jobs = jobs_from_text(ranks.board.from_first("jobs", shared), options)
        check_folder(shared_jobs[0].output)
        engine = Engine(engine_config(options), unfinished_folder())
        hashes = prepare_model(ranks, engine, shared_jobs[0].request, options, progress)
        journal = ListJournal.of(unfinished_folder(), shared_jobs, hashes)

        def check_and_report() -> None:
            ranks.board.check()
            self._report(claims, shared_jobs)

        for index in claims.take(len(shared_jobs), check_and_report):
            failure = ""
            if not journal.has(index):
                failure = self._try(engine, shared_jobs[index], options, progress)
            if not failure:
                journal.note(index)
            claims.finish(index, failure)
            self._report(claims, shared_jobs)
        self._report(claims, shared_jobs)
        if self._num_failed:
            return FAILED
        journal.discard()
        return 0

    @property
    def num_done(self) -> int:
        """Files that are known to be written."""
        return self._num_done

    def _try(
        self, engine: Engine, job: SoundJob, options: argparse.Namespace, progress: Progress
    ) -> str:
        """Make a sound; returns why that failed, or nothing."""
        try:
            make_sound(engine, job, options, progress)
        except TesseraError as error:
            return str(error)
        return ""

    def _report(self, claims: ListClaims, jobs: Sequence[SoundJob]) -> None:
        """Print what is new: rank 0 does so for all."""
        for news in claims.news(len(jobs)):
            self._num_done += not news.failure
            self._num_failed += bool(news.failure)
            if self._place.is_first:
                output = jobs[news.index].output
                line = f"tessera: {output}: {news.failure}" if news.failure else str(output)
                print(line, file=sys.stderr)
