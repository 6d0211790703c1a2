"""What ranks do in the tests of takes over ranks: a function that a `RankPool` runs in each."""

from dataclasses import dataclass
from pathlib import Path

from core.api.arrays import FloatArray
from core.api.config import EngineConfig, TilingConfig
from core.api.errors import Cancelled, TesseraError
from core.api.events import AudioChunk, Event
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.engine import Engine
from core.peers.peers import Peers


@dataclass(frozen=True)
class TakeRun:
    """What is made, and whether it is cancelled once it is heard."""

    model: Path
    tiling: TilingConfig
    seconds: float = 6.0
    is_cancelled: bool = False


def make_take(peers: Peers, run: TakeRun) -> tuple[FloatArray, FloatArray] | str | None:
    """Samples and log-mel at rank 0, nothing at the others; or this rank's error."""

    def hear(event: Event) -> None:
        if run.is_cancelled and isinstance(event, AudioChunk):
            progress.cancel()

    progress = Progress(hear)
    engine = Engine(EngineConfig(tiling=run.tiling), peers=peers)
    request = GenerationRequest(
        prompt="rain", model=str(run.model), duration_s=run.seconds, num_inference_steps=1, seed=1
    )
    try:
        if peers.is_first:
            take = engine.generate(request, progress)
            return take.waveform.copy(), take.mel.copy()
        engine.assist(request, progress)
    except (TesseraError, Cancelled) as error:
        return f"{type(error).__name__}: {error}"
    return None
