"""Measure loudness and spectra in threads of their own: an hour of sound takes seconds."""

import logging
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from app.view_models.picture.measured_spectrogram import (
    MeasuredSound,
    MeasuredSpectrogram,
    Piece,
    SpectrumQuestion,
)
from app.view_models.viewer.level_pyramid import Codes, code_to_db, encode_db
from app.view_models.viewer.measured_loudness import LevelQuestion, LoudnessModel
from core.api.arrays import FloatArray
from core.api.region import Span
from core.runtime.file_pages import drop_mapped_pages
from core.stft import SpectrumColumns

_BLOCK_SAMPLES = 1 << 16
_RANGE_FRAMES = 128  # spread over the sound, whose levels are its range
_QUIETEST_PERCENT, _LOUDEST_PERCENT = 20, 99.8
_RANGE_STEP_DB = 3.0
_log = logging.getLogger(__name__)


class LoudnessWorker(QObject):
    """Answers the questions of a LoudnessModel, one at a time; memory is that of a block.

    Args:
        model: Asks, and gets the answers.

    Signals:
        measured: A question, and the level that it asked for.
    """

    measured = Signal(object, object)

    def __init__(self, model: LoudnessModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        # The window's thread replaces it, and the pool's stops once it is another question.
        self._wanted: LevelQuestion | None = None
        self._model = model
        model.wanted.connect(self._on_wanted)
        self.measured.connect(model.answer)  # crosses to the window's thread, queued by Qt

    def close(self) -> None:
        """Answer nothing from now on, and end the thread; for the end of the process."""
        self._model.wanted.disconnect(self._on_wanted)
        self._wanted = None
        self._pool.waitForDone()

    @Slot(object)
    def _on_wanted(self, question: LevelQuestion) -> None:
        self._wanted = question
        self._pool.start(lambda: self._measure(question))

    def _measure(self, question: LevelQuestion) -> None:
        """Measure in the pool's thread."""
        from core.sound_files.level_measurement import measure_level  # SciPy takes a while

        try:
            samples = question.samples
            channels = 1 if samples.ndim == 1 else samples.shape[1]
            level = measure_level(self._blocks(question), question.sample_rate, channels)
        except Exception:  # the edge of the thread
            _log.exception("the loudness could not be measured")
            return
        if self._wanted is question:
            self.measured.emit(question, level)

    def _blocks(self, question: LevelQuestion) -> Iterator[FloatArray]:
        """Yield blocks (channels, n) until the end, or until another question is asked."""
        span = question.span
        for start in range(span.start, span.stop, _BLOCK_SAMPLES):
            if self._wanted is not question:
                return
            block = question.samples[start : min(start + _BLOCK_SAMPLES, span.stop)]
            yield np.atleast_2d(block.T)
            drop_mapped_pages(block)


class SpectrumWorker(QObject):
    """Answers the questions of a MeasuredSpectrogram, piece by piece.

    Args:
        model: Asks, and gets the answers.

    Signals:
        measured: A MeasuredSound, a Piece of it, and its codes (bins, columns).
        ranged: A MeasuredSound, and the range of its levels in dB.
    """

    measured = Signal(object, object, object)
    ranged = Signal(object, object)

    def __init__(self, model: MeasuredSpectrogram, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        # The window's thread replaces it, and the pool's stops once it is another question.
        self._wanted: SpectrumQuestion | None = None
        # Only the pool's thread uses it: the next question may be asked before the answer arrives.
        self._last: tuple[MeasuredSound, Piece] | None = None
        self._model = model
        model.wanted.connect(self._on_wanted)
        self.measured.connect(model.answer)  # both cross to the window's thread, queued by Qt
        self.ranged.connect(model.answer_range)

    def close(self) -> None:
        """Answer nothing from now on, and end the thread; for the end of the process."""
        self._model.wanted.disconnect(self._on_wanted)
        self._wanted = None
        self._pool.waitForDone()

    @Slot(object)
    def _on_wanted(self, question: SpectrumQuestion) -> None:
        self._wanted = question
        self._pool.start(lambda: self._answer(question))

    def _answer(self, question: SpectrumQuestion) -> None:
        """Measure in the pool's thread what is wanted, until something else is."""
        try:
            for piece in question.pieces:
                self._measure(question, piece)
            if question.wants_range and self._wanted is question:
                self.ranged.emit(question.sound, level_range_db(question.sound))
            for piece in question.overview:
                self._measure(question, piece)
        except _NotWantedError:
            return
        except Exception:  # the edge of the thread
            _log.exception("the spectrum could not be measured")

    def _measure(self, question: SpectrumQuestion, piece: Piece) -> None:
        sound = question.sound
        if self._wanted is not question:
            raise _NotWantedError
        if (sound, piece) != self._last:
            codes = piece_codes(sound, piece, partial(self._check, question, piece))
            self._last = sound, piece
            self.measured.emit(sound, piece, codes)

    def _check(self, question: SpectrumQuestion, piece: Piece) -> None:
        """Raise _NotWantedError once another question makes a piece useless, or less urgent."""
        wanted = self._wanted
        if wanted is None or not (wanted is question or wanted.still_wants(question.sound, piece)):
            raise _NotWantedError


class _NotWantedError(Exception):
    """Nobody waits for the piece that is being measured."""


def piece_codes(
    sound: MeasuredSound, piece: Piece, check: Callable[[], None] = lambda: None
) -> Codes:
    """Measure a piece: codes (bins, columns).

    Args:
        sound: The sound.
        piece: Which one.
        check: Called before each block of samples; what it raises ends the measurement.
    """

    def read(span: Span) -> FloatArray:
        check()
        return _averaged(sound, span)

    levels_db = SpectrumColumns(sound.n_fft, 1 << piece.exponent).levels_db(read, piece.columns)
    return np.ascontiguousarray(encode_db(levels_db).T)  # (columns, bins) -> (bins, columns)


def level_range_db(sound: MeasuredSound) -> tuple[float, float]:
    """The range of nearly all levels of a sound, in steps of 3 dB, from some of its frames."""
    columns = SpectrumColumns(sound.n_fft, sound.n_fft)
    num_columns = max(1, len(sound.samples) // sound.n_fft)
    places = np.unique(np.linspace(0, num_columns - 1, _RANGE_FRAMES).astype(int))
    read = partial(_averaged, sound)
    levels = [columns.levels_db(read, Span(place, place + 1)) for place in places]
    codes = encode_db(np.concatenate(levels))
    low, high = np.percentile(codes, (_QUIETEST_PERCENT, _LOUDEST_PERCENT))
    steps_down = code_to_db(int(low)) // _RANGE_STEP_DB
    steps_up = -(-code_to_db(int(high)) // _RANGE_STEP_DB)
    return steps_down * _RANGE_STEP_DB, steps_up * _RANGE_STEP_DB


def _averaged(sound: MeasuredSound, span: Span) -> FloatArray:
    """The average (n,) of all channels; silence lies around the sound."""
    inside = span.intersect(Span(0, len(sound.samples)))
    samples = sound.samples[inside.slice]
    average = samples if samples.ndim == 1 else samples.mean(axis=1, dtype=np.float32)
    before = inside.start - span.start
    padded = np.pad(average, (before, span.length - inside.length - before))
    drop_mapped_pages(samples)
    return padded
