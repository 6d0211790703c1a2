"""The colour scale: a colour map, and the range of levels that it spans."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Signal, Slot

from app.view_models.viewer.level_pyramid import FLOOR_DB
from app.view_models.viewer.spectrogram import SpectrogramModel

QUIETEST_DB = -55.0
LOUDEST_DB = 8.0
MEASURED_QUIETEST_DB = -105.0  # of a sine at full scale: one bin of a spectrum has little of noise
MEASURED_LOUDEST_DB = -15.0
HIGHEST_DB = 17.0
NARROWEST_DB = 6.0


class ColourMap(StrEnum):
    """Perceptually uniform colour maps, whose lightness grows with the level."""

    CIVIDIS = "cividis"  # looks the same with colour blindness
    VIRIDIS = "viridis"
    MAGMA = "magma"
    INFERNO = "inferno"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class LevelRange:
    """The levels at the two ends of a scale; never narrower than NARROWEST_DB."""

    low_db: float
    high_db: float

    @classmethod
    def of(cls, low_db: float, high_db: float) -> "LevelRange":
        """The nearest range that can be drawn."""
        low_db = max(FLOOR_DB, min(low_db, HIGHEST_DB - NARROWEST_DB))
        return cls(low_db, min(HIGHEST_DB, max(high_db, low_db + NARROWEST_DB)))


_USUAL = {
    False: LevelRange(QUIETEST_DB, LOUDEST_DB),
    True: LevelRange(MEASURED_QUIETEST_DB, MEASURED_LOUDEST_DB),
}


class ColourScaleModel(QObject):
    """The colour scale of the spectrogram.

    Mel levels and those of a measured spectrum differ, so each of the two has its own range.

    Attributes:
        colour_map: The colours, from quiet to loud.
        is_automatic: Whether both ends follow the levels of the clip.
        is_measured: Whether the levels are those of a measured spectrum.
    """

    changed = Signal()

    def __init__(self, spectrogram: SpectrogramModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spectrogram = spectrogram
        self.colour_map = ColourMap.CIVIDIS
        self.is_automatic = self.is_measured = False
        self._ranges = dict(_USUAL)
        self._measured_levels: tuple[float, float] | None = None
        spectrogram.written.connect(self._follow)

    @property
    def low_db(self) -> float:
        """The level at the quiet end."""
        return self._ranges[self.is_measured].low_db

    @property
    def high_db(self) -> float:
        """The level at the loud end."""
        return self._ranges[self.is_measured].high_db

    def choose_map(self, colour_map: ColourMap) -> None:
        """Choose another colour map."""
        if colour_map is not self.colour_map:
            self.colour_map = colour_map
            self.changed.emit()

    def set_range(self, low_db: float, high_db: float) -> None:
        """Set the range by hand."""
        self.is_automatic = False
        self._ranges[self.is_measured] = LevelRange.of(low_db, high_db)
        self.changed.emit()

    @Slot(bool)
    def set_automatic(self, wanted: bool) -> None:
        """Set whether both ends follow the levels of the clip."""
        if wanted != self.is_automatic:
            self.is_automatic = wanted
            self._follow()
            self.changed.emit()

    @Slot()
    def reset_range(self) -> None:
        """Set the range that suits most sounds."""
        usual = _USUAL[self.is_measured]
        self.set_range(usual.low_db, usual.high_db)

    def show_measured(self, is_measured: bool, levels_db: tuple[float, float] | None) -> None:
        """Use the range of measured levels, or that of mel levels.

        Args:
            is_measured: Which of the two.
            levels_db: Between these nearly all measured levels are; None = nobody knows yet.
        """
        was, self.is_measured = (self.is_measured, self._measured_levels), is_measured
        self._measured_levels = levels_db
        if was != (is_measured, levels_db):
            self._follow()
            self.changed.emit()

    def to_text(self) -> str:
        """Return everything as a line of text, to be kept until the next start."""
        how = "automatic" if self.is_automatic else "fixed"
        mel, measured = (self._ranges[kind] for kind in (False, True))
        ends = mel.low_db, mel.high_db, measured.low_db, measured.high_db
        low, high, *others = (f"{end_db:g}" for end_db in ends)
        return " ".join((str(self.colour_map), low, high, how, *others))

    def restore(self, text: str) -> None:
        """Restore a line of `to_text`; change nothing if it is damaged."""
        try:
            name, low, high, how, *others = text.split()
            colour_map, mel = ColourMap(name), LevelRange.of(float(low), float(high))
            measured = LevelRange.of(*map(float, others)) if others else _USUAL[True]
        except (TypeError, ValueError):
            return
        self.colour_map, self.is_automatic = colour_map, how == "automatic"
        self._ranges = {False: mel, True: measured}
        self.changed.emit()

    @Slot()
    def _follow(self) -> None:
        if not self.is_automatic:
            return
        levels_db = (
            self._measured_levels if self.is_measured else self._spectrogram.level_range_db()
        )
        found = None if levels_db is None else LevelRange.of(*levels_db)
        if found is not None and found != self._ranges[self.is_measured]:
            self._ranges[self.is_measured] = found
            self.changed.emit()
