"""Everything an endless run was heard and seen by, on the disk, for whoever comes back to it."""

import weakref
from collections.abc import Iterator
from contextlib import ExitStack

from core.api.arrays import FloatArray
from core.api.events import AudioChunk, Event, TileDecoded
from core.api.region import Region, Span
from core.mel_scale import MelParams
from core.runtime.spool import Spool

_PIECE_S = 20  # shown at once: a few milliseconds of work


class RunRecording:
    """Keeps sound and log-mel, which follow each other without gaps."""

    def __init__(self) -> None:
        self._params = MelParams()
        files = ExitStack()
        self._waveform = files.enter_context(Spool())
        self._mel = files.enter_context(Spool((self._params.n_mels,)))
        weakref.finalize(self, files.close)

    def put(self, event: Event) -> None:
        """Keep what can be heard or seen; from the engine's thread.

        Raises:
            DiskError: The disk is full.
        """
        match event:
            case AudioChunk():
                self._waveform.append(event.samples)
            case TileDecoded():
                self._mel.append(event.mel)

    def pieces(self) -> Iterator[Event]:
        """What there is by now, in pieces of some seconds."""
        return self._cut(self._mel.mapped(), self._waveform.mapped())

    def _cut(self, mel: FloatArray, waveform: FloatArray) -> Iterator[Event]:
        bins = Span(0, self._params.n_mels)
        frames = round(_PIECE_S * self._params.frames_per_second)
        for start in range(0, len(mel), frames):
            piece = mel[start : start + frames]
            yield TileDecoded(0, Region(Span(start, start + len(piece)), bins), piece)
        samples = _PIECE_S * self._params.sample_rate
        for start in range(0, len(waveform), samples):
            yield AudioChunk(start, waveform[start : start + samples])
