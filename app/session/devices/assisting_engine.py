"""The engine of a further rank: does its part of runs that the studio's own process leads."""

from dataclasses import replace

from torch.distributed.distributed_c10d import PrefixStore

from app.session.devices.rank_program import RankRun, end_process
from core.api.errors import Cancelled, TesseraError, release_frames
from core.api.progress import Progress
from core.engine import Engine
from core.peers.alone import ALONE
from core.peers.distributed import DistributedPeers
from core.peers.joining import joined
from core.peers.rank_board import cloned, open_store

LOADED = "loaded"  # on the board: a rank has the model in memory
GROUP = "group"


class AssistingEngine:
    """Keeps the last model between runs."""

    def __init__(self) -> None:
        self._engine = Engine()

    def assist_run(self, run: RankRun) -> None:
        """Do this rank's part; what goes wrong in any rank is told by the first one."""
        try:
            self._assist(run)
        except (TesseraError, Cancelled) as error:
            release_frames(error)
        finally:
            self._engine.use_peers(ALONE)

    def _assist(self, run: RankRun) -> None:
        progress, engine, place = Progress(), self._engine, run.place
        store = open_store(place)
        with joined(
            store,
            place,
            run.device,
            on_fault=progress.cancel,
            end_process=lambda *_: end_process(1),
        ) as ranks:
            engine.configure(replace(run.config, device=run.device, other_devices=()))
            engine.load(run.request.model, progress, run.request.loras)
            ranks.board.gather(LOADED, "")
            group = PrefixStore(GROUP, cloned(store))
            devices = ranks.devices
            engine.use_peers(DistributedPeers(group, place.rank, place.size, devices[place.rank]))
            engine.assist(run.request, progress)
