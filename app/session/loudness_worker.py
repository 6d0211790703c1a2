"""Measures loudness in a thread of its own: an hour of sound takes seconds."""

import logging
from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from app.view_models.viewer.measured_loudness import LevelQuestion, LoudnessModel
from core.api.arrays import FloatArray
from core.runtime.file_pages import drop_mapped_pages

_BLOCK_SAMPLES = 1 << 16
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
