"""The spectrum of the sound on show as it is measured, piece by piece, where somebody looks."""

import math
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.view_models.picture.spectrum_rows import Rows
from app.view_models.viewer.level_pyramid import EMPTY, Codes, code_to_db
from core.api.arrays import FloatArray
from core.api.region import Span

PIECE_COLUMNS = 256

_LEAST_OVERLAP_BITS = 6  # a column is at least 1/64 of the transform's length
_BUDGET_BYTES = 48 << 20
_DELAY_MS = 33
_OVERVIEW_PIECES = 4
_COARSER, _FINER = 8, 3  # levels that stand in for a piece that is not measured yet


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredSound:
    """A sound whose spectrum is wanted.

    Attributes:
        samples: (n,) or (n, channels), full scale = 1; they may lie on the disk.
        sample_rate: Samples a second.
        n_fft: Length of the transform in samples.
    """

    samples: FloatArray
    sample_rate: int
    n_fft: int

    @property
    def bin_hz(self) -> float:
        """The distance of two frequencies."""
        return self.sample_rate / self.n_fft


@dataclass(frozen=True, slots=True)
class Piece:
    """Adjacent columns of a picture.

    Attributes:
        exponent: Binary logarithm of a column's length in samples.
        index: Its place: it holds PIECE_COLUMNS columns, and so does each one before it.
    """

    exponent: int
    index: int

    @property
    def columns(self) -> Span:
        """Its columns."""
        return Span(self.index, self.index + 1).scale(PIECE_COLUMNS)


@dataclass(frozen=True, slots=True, eq=False)
class SpectrumQuestion:
    """What is to be measured next; a later question takes its place.

    Attributes:
        sound: The sound.
        pieces: Those that are missing, the most urgent one first.
        overview: Those that may wait for them: the whole sound in long columns, which stand in for
            others while somebody moves along.
        wants_range: Whether the range of its levels is not known either.
    """

    sound: MeasuredSound
    pieces: tuple[Piece, ...]
    overview: tuple[Piece, ...] = ()
    wants_range: bool = False

    def still_wants(self, sound: MeasuredSound, piece: Piece) -> bool:
        """Whether a piece that is being measured for an earlier question should be finished."""
        is_next = piece in self.pieces or (not self.pieces and piece in self.overview)
        return sound is self.sound and is_next


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredPicture:
    """A part of the picture.

    Attributes:
        codes: Levels (rows, columns), row 0 the lowest; EMPTY where nothing is measured yet.
        start_s, stop_s: The time that its columns span.
    """

    codes: Codes
    start_s: float
    stop_s: float


class MeasuredSpectrogram(QObject):
    """Keeps the pieces that were measured last, and asks for those that are missing.

    Signals:
        wanted: A SpectrumQuestion has to be answered; earlier ones need no answer any more.
        changed: There are more pieces, or none of what there was.
        range_known: The range of the levels is known.

    Attributes:
        sound: What is measured; None = nothing.
        version: Grows with every change.
    """

    wanted = Signal(object)
    changed = Signal()
    range_known = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sound: MeasuredSound | None = None
        self.version = 0
        self._pieces: OrderedDict[Piece, Codes] = OrderedDict()
        self._rows: dict[tuple[Piece, Rows], Codes] = {}
        self._missing: tuple[Piece, ...] = ()
        self._overview: tuple[Piece, ...] = ()
        self._range: tuple[float, float] | None = None
        self._shown_exponent = 0
        self._asking = QTimer(self, interval=0, singleShot=True)
        self._asking.timeout.connect(self._ask)
        self._telling = QTimer(self, interval=_DELAY_MS, singleShot=True)
        self._telling.timeout.connect(self._tell)

    @property
    def level_range_db(self) -> tuple[float, float] | None:
        """A range that holds nearly all levels; None while it is not known."""
        return self._range

    @property
    def is_incomplete(self) -> bool:
        """Whether something that was asked for is not measured yet."""
        return any(piece not in self._pieces for piece in self._missing)

    def begin(self, sound: MeasuredSound | None) -> None:
        """Measure another sound, or none."""
        self.sound, self._range, self._missing = sound, None, ()
        self._overview = () if sound is None else _overview_of(sound)
        self._pieces.clear()
        self._rows.clear()
        self._asking.start()
        self._tell()

    def picture(self, visible_s: tuple[float, float], rows: Rows, width_px: int) -> MeasuredPicture:
        """Return what is known of a stretch, in whole pieces, and ask for what is not.

        Args:
            visible_s: From and to in seconds.
            rows: The rows of the picture.
            width_px: Pixels that the stretch has on screen.
        """
        sound = self.sound
        assert sound is not None, "nothing is measured"
        exponent, touched = self._touched(visible_s, width_px)
        length = PIECE_COLUMNS << exponent
        num_pieces = -(-len(sound.samples) // length)
        shown = touched.intersect(Span(0, num_pieces))
        self._want(exponent, shown, num_pieces)
        if self._rows and next(iter(self._rows))[1] != rows:
            self._rows.clear()
        parts = [self._part(Piece(exponent, index), rows) for index in range(*_ends(shown))]
        codes = np.concatenate(parts, axis=1) if parts else np.zeros((rows.count, 0), np.uint8)
        start_s, stop_s = (edge * length / sound.sample_rate for edge in _ends(shown))
        return MeasuredPicture(codes, start_s, stop_s)

    def key(self, visible_s: tuple[float, float], rows: Rows, width_px: int) -> tuple[object, ...]:
        """What a picture depends on: with an equal key it is the same."""
        return self.version, *self._touched(visible_s, width_px), rows

    def _touched(self, visible_s: tuple[float, float], width_px: int) -> tuple[int, Span]:
        """The exponent of the columns of a stretch, and the indices of the pieces it touches."""
        assert self.sound is not None, "nothing is measured"
        start, stop = (max(0.0, edge_s) * self.sound.sample_rate for edge_s in visible_s)
        exponent = self._exponent(max(stop - start, 1) / max(width_px, 1))
        length = PIECE_COLUMNS << exponent
        return exponent, Span(int(start // length), -(-int(stop) // length))

    def level_db(self, time_s: float, hz: float) -> float | None:
        """The level at a point; None where nothing is measured."""
        sound = self.sound
        if sound is None or time_s < 0:
            return None
        column = int(time_s * sound.sample_rate) >> self._shown_exponent
        codes = self._pieces.get(Piece(self._shown_exponent, column // PIECE_COLUMNS))
        if codes is None:
            return None
        number = min(round(hz / sound.bin_hz), len(codes) - 1)
        return code_to_db(int(codes[number, column % PIECE_COLUMNS]))

    @Slot(object, object, object)
    def answer(self, sound: MeasuredSound, piece: Piece, codes: Codes) -> None:
        """Take a piece (bins, PIECE_COLUMNS) that was measured, unless it is another sound's."""
        if sound is not self.sound:
            return
        self._pieces[piece] = codes
        most = max(2, _BUDGET_BYTES // codes.nbytes)
        while len(self._pieces) > most:
            self._pieces.popitem(last=False)
        self._rows = {key: rows for key, rows in self._rows.items() if key[0] in self._pieces}
        if not self._telling.isActive():
            self._telling.start()

    @Slot(object, object)
    def answer_range(self, sound: MeasuredSound, range_db: tuple[float, float]) -> None:
        """Take the range of the levels."""
        if sound is self.sound:
            self._range = range_db
            self.range_known.emit()

    def _exponent(self, samples_per_px: float) -> int:
        assert self.sound is not None
        least = self.sound.n_fft.bit_length() - 1 - _LEAST_OVERLAP_BITS
        return max(least, math.ceil(math.log2(samples_per_px) - 0.25))

    def _want(self, exponent: int, shown: Span, num_pieces: int) -> None:
        """Ask for what is missing on screen, then for what is beside it."""
        self._shown_exponent = exponent
        beside = (shown.stop, shown.start - 1)
        indices = [*range(*_ends(shown)), *(one for one in beside if 0 <= one < num_pieces)]
        pieces = [Piece(exponent, index) for index in indices]
        for piece in (*self._overview, *pieces):
            if piece in self._pieces:
                self._pieces.move_to_end(piece)
        missing = tuple(piece for piece in pieces if piece not in self._pieces)
        if missing != self._missing:
            self._missing = missing
            self._asking.start()

    @Slot()
    def _ask(self) -> None:
        if self.sound is not None:
            overview = tuple(piece for piece in self._overview if piece not in self._pieces)
            wants_range = self._range is None
            question = SpectrumQuestion(self.sound, self._missing, overview, wants_range)
            self.wanted.emit(question)

    @Slot()
    def _tell(self) -> None:
        self.version += 1
        self.changed.emit()

    def _part(self, piece: Piece, rows: Rows) -> Codes:
        """The rows of a piece, or of what stands in for it."""
        assert self.sound is not None
        known = self._rows.get((piece, rows))
        if known is not None:
            return known
        codes = self._pieces.get(piece)
        if codes is not None:
            drawn = self._rows[piece, rows] = rows.of(codes, self.sound.bin_hz)
            return drawn
        for stand_in in (*self._coarser(piece), *self._finer(piece)):
            return rows.of(stand_in, self.sound.bin_hz)
        return np.full((rows.count, PIECE_COLUMNS), EMPTY, np.uint8)

    def _coarser(self, piece: Piece) -> Iterator[Codes]:
        """The same stretch of longer columns."""
        for levels in range(1, _COARSER + 1):
            known = self._pieces.get(Piece(piece.exponent + levels, piece.index >> levels))
            if known is not None:
                count = PIECE_COLUMNS >> levels
                first = (piece.index & ((1 << levels) - 1)) * count
                yield np.repeat(known[:, first : first + count], 1 << levels, axis=1)

    def _finer(self, piece: Piece) -> Iterator[Codes]:
        """The same stretch of shorter columns, where all of it is known."""
        for levels in range(1, _FINER + 1):
            first = piece.index << levels
            indices = range(first, first + (1 << levels))
            parts = [self._pieces.get(Piece(piece.exponent - levels, one)) for one in indices]
            known = [part for part in parts if part is not None]
            if len(known) == len(parts):
                joined = np.concatenate(known, axis=1)  # (bins, columns << levels)
                yield joined.reshape(len(joined), PIECE_COLUMNS, -1).max(axis=2)


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.stop


def _overview_of(sound: MeasuredSound) -> tuple[Piece, ...]:
    """The whole sound in few pieces."""
    least = math.ceil(math.log2(max(len(sound.samples), 1) / (_OVERVIEW_PIECES * PIECE_COLUMNS)))
    exponent = max(0, least)
    count = -(-len(sound.samples) // (PIECE_COLUMNS << exponent))
    return tuple(Piece(exponent, index) for index in range(count))
