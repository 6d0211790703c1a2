"""The sound and the picture of a run so far, on the disk: nothing of them stays in memory.

The engine's thread writes while the window's thread may read, so there is a lock.
"""

import threading
import weakref
from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np

from core.api.arrays import FloatArray
from core.api.events import AudioChunk, Event, TileDecoded
from core.api.region import Region, Span
from core.mel_scale import MelParams
from core.runtime.spool import Spool

NO_TILE = -1
"""The number of a piece of the picture that is no tile of a plan."""

SoundForm = tuple[int, int]
"""Samples a second, and channels."""

_PIECE_S = 20  # shown at once: a few milliseconds of work


class RunRecording:
    """Writes down what can be heard and seen of a run, in any order, and gives it back.

    Attributes:
        form: Sample rate and channels of its sound; None until there is some.
    """

    def __init__(self) -> None:
        self._params = MelParams()
        self._bins = Span(0, self._params.n_mels)
        self._lock = threading.Lock()
        self._waveform: Spool | None = None  # opened by the first event, in the engine's thread
        self._mel: Spool | None = None
        self.form: SoundForm | None = None
        self._heard: list[Span] = []
        self._seen: list[Region] = []
        self._files = ExitStack()
        weakref.finalize(self, self._files.close)

    def put(self, event: Event) -> None:
        """Write down sound or picture, and ignore everything else; from the engine's thread.

        Raises:
            DiskError: The disk is full.
        """
        match event:
            case AudioChunk():
                with self._lock:
                    self._put_sound(event)
            case TileDecoded():
                with self._lock:
                    self._put_picture(event)

    def pieces(self) -> Iterator[TileDecoded | AudioChunk]:
        """What there is by now, in pieces of some seconds; from the window's thread.

        Picture comes before sound, as in a run; its pieces belong to `NO_TILE`.
        """
        with self._lock:
            seen, heard = list(self._seen), list(self._heard)
            mel = self._mel.mapped() if self._mel else None
            waveform = self._waveform.mapped() if self._waveform else None
        return self._cut(seen, mel, heard, waveform)

    def _put_sound(self, chunk: AudioChunk) -> None:
        if self._waveform is None:
            self._waveform = self._files.enter_context(Spool(chunk.samples.shape[1:]))
            self.form = chunk.sample_rate, chunk.channels
        span = Span(chunk.start_sample, chunk.start_sample + len(chunk.samples))
        self._waveform.write(span.start, chunk.samples)
        if self._heard and self._heard[-1].stop == span.start:
            self._heard[-1] = Span(self._heard[-1].start, span.stop)
        else:
            self._heard.append(span)

    def _put_picture(self, tile: TileDecoded) -> None:
        if self._mel is None:
            self._mel = self._files.enter_context(Spool((self._bins.length,)))
        time, bins = tile.region.time, tile.region.bins
        mel = tile.mel if bins == self._bins else self._merged(tile, self._mel)
        self._mel.write(time.start, mel)
        last = self._seen[-1] if self._seen else None
        if last is not None and last.bins == bins and last.time.stop == time.start:
            self._seen[-1] = Region(Span(last.time.start, time.stop), bins)
        else:
            self._seen.append(tile.region)

    def _merged(self, tile: TileDecoded, mel: Spool) -> FloatArray:
        """The rows of a tile that is not as high as the picture, with what the rows hold so far."""
        time = tile.region.time
        rows = np.zeros((time.length, self._bins.length), np.float32)
        num_known = max(0, min(time.length, mel.num_rows - time.start))
        if num_known:
            rows[:num_known] = mel.read(time.start, num_known)
        rows[:, tile.region.bins.slice] = tile.mel
        return rows

    def _cut(
        self,
        seen: list[Region],
        mel: FloatArray | None,
        heard: list[Span],
        waveform: FloatArray | None,
    ) -> Iterator[TileDecoded | AudioChunk]:
        if mel is not None:
            frames = round(_PIECE_S * self._params.frames_per_second)
            for region in seen:
                for time in _cut_span(region.time, frames):
                    piece = mel[time.slice, region.bins.slice]
                    yield TileDecoded(NO_TILE, Region(time, region.bins), piece)
        if waveform is not None and self.form is not None:
            rate = self.form[0]
            for span in heard:
                for samples in _cut_span(span, _PIECE_S * rate):
                    yield AudioChunk(samples.start, waveform[samples.slice], rate)


def _cut_span(span: Span, length: int) -> Iterator[Span]:
    for start in range(span.start, span.stop, length):
        yield Span(start, min(start + length, span.stop))
