"""The colour scale: a colour map, and the range of levels that it spans."""

from enum import StrEnum

from PySide6.QtCore import QObject, Signal, Slot

from app.view_models.viewer.level_pyramid import FLOOR_DB
from app.view_models.viewer.spectrogram import SpectrogramModel

QUIETEST_DB = -55.0
LOUDEST_DB = 8.0
HIGHEST_DB = 17.0
NARROWEST_DB = 6.0


class ColourMap(StrEnum):
    """Perceptually uniform colour maps, whose lightness grows with the level."""

    CIVIDIS = "cividis"  # looks the same with colour blindness
    VIRIDIS = "viridis"
    MAGMA = "magma"
    INFERNO = "inferno"
    GREY = "grey"


class ColourScaleModel(QObject):
    """The colour scale of the spectrogram.

    Attributes:
        colour_map: The colours, from quiet to loud.
        low_db, high_db: The levels at its two ends.
        is_automatic: Whether both ends follow the levels of the clip.
    """

    changed = Signal()

    def __init__(self, spectrogram: SpectrogramModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spectrogram = spectrogram
        self.colour_map = ColourMap.CIVIDIS
        self.low_db, self.high_db = QUIETEST_DB, LOUDEST_DB
        self.is_automatic = False
        spectrogram.written.connect(self._follow)

    def choose_map(self, colour_map: ColourMap) -> None:
        """Choose another colour map."""
        if colour_map is not self.colour_map:
            self.colour_map = colour_map
            self.changed.emit()

    def set_range(self, low_db: float, high_db: float) -> None:
        """Set the range by hand; it is never narrower than NARROWEST_DB."""
        self.is_automatic = False
        self._set_ends(low_db, high_db)
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
        self.set_range(QUIETEST_DB, LOUDEST_DB)

    def to_text(self) -> str:
        """Return everything as a line of text, to be kept until the next start."""
        how = "automatic" if self.is_automatic else "fixed"
        return f"{self.colour_map} {self.low_db:g} {self.high_db:g} {how}"

    def restore(self, text: str) -> None:
        """Restore a line of `to_text`; change nothing if it is damaged."""
        try:
            name, low_db, high_db, how = text.split()
            colour_map, ends = ColourMap(name), (float(low_db), float(high_db))
        except ValueError:
            return
        self.colour_map, self.is_automatic = colour_map, how == "automatic"
        self._set_ends(*ends)
        self.changed.emit()

    @Slot()
    def _follow(self) -> None:
        found = self._spectrogram.level_range_db() if self.is_automatic else None
        if found is not None and found != (self.low_db, self.high_db):
            self._set_ends(*found)
            self.changed.emit()

    def _set_ends(self, low_db: float, high_db: float) -> None:
        low_db = max(FLOOR_DB, min(low_db, HIGHEST_DB - NARROWEST_DB))
        self.low_db = low_db
        self.high_db = min(HIGHEST_DB, max(high_db, low_db + NARROWEST_DB))
