"""What a further rank's process does: it waits for runs, and carries out its part of each.

It imports torch once and keeps the model between runs. It ends with the studio, however that ends.
"""

import os
import signal
import threading
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from typing import NoReturn

from app.torch_import import limit_thread_spinning
from core.api.config import EngineConfig
from core.api.request import GenerationRequest
from core.peers.rank_place import RankPlace

CPP_LOG = "TORCH_CPP_LOG_LEVEL"  # a lost connection is a sentence, not a stack of C++


@dataclass(frozen=True, slots=True)
class RankRun:
    """A run as it is handed to a further rank.

    Attributes:
        place: The rank, and where the store of this run is.
        devices: What each rank computes on.
        request: What all ranks make.
        config: How.
    """

    place: RankPlace
    devices: tuple[str, ...]
    request: GenerationRequest
    config: EngineConfig

    @property
    def device(self) -> str:
        """What this rank computes on."""
        return self.devices[self.place.rank]


def serve_runs(connection: Connection) -> NoReturn:
    """Be a rank, in a process of its own: carry out runs until the other side hangs up.

    Before each run it sends a truth value, which says that it is ready.
    """
    if os.name == "posix":
        os.setsid()  # Ctrl+C in a terminal closes the window, which tells this process
    else:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_studio, daemon=True).start()
    os.environ.setdefault(CPP_LOG, "ERROR")
    limit_thread_spinning()
    # torch takes seconds to import
    from app.session.devices.assisting_engine import AssistingEngine

    engine = AssistingEngine()
    while True:
        try:
            connection.send(True)
            run: RankRun = connection.recv()
        except (EOFError, OSError):
            end_process(0)
        engine.assist_run(run)


def end_process(code: int) -> NoReturn:
    """End at once: to take torch apart takes seconds, and nothing here has to be tidied up."""
    os._exit(code)


def _end_with_studio() -> None:
    """In a thread of its own: wait for the end of the process that started this one."""
    studio = parent_process()
    if studio is not None:
        wait([studio.sentinel])
    end_process(1)
