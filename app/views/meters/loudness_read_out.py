"""Loudness and true peak of the take on show, or of what is selected of it."""

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from app.view_models.viewer.measured_loudness import LoudnessModel
from app.views.texts.units import level_text
from app.views.widgets.labels import ElidedLabel, set_tool_tip

if TYPE_CHECKING:
    from core.sound_files.level_measurement import SoundLevel

_LEAST_WIDTH_PX = 140


class LoudnessReadOut(ElidedLabel):
    """Shows a LoudnessModel; empty while nothing is known."""

    def __init__(self, loudness: LoudnessModel) -> None:
        super().__init__()
        self._loudness = loudness
        self.setProperty("role", "caption")
        self.setMinimumWidth(_LEAST_WIDTH_PX)
        loudness.changed.connect(self._on_changed)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        loudness = self._loudness
        figures = "" if loudness.current is None else self._figures(loudness.current)
        self.setText(figures)
        parts = (
            (self.tr("Selection: {level}"), loudness.selected),
            (self.tr("Whole sound: {level}"), loudness.whole),
        )
        sentences = [
            text.format(level=self._sentence(level)) for text, level in parts if level is not None
        ]
        set_tool_tip(self, *sentences, self.tr("Measured by ITU-R BS.1770-4"))
        words = figures or self.tr("not known yet")
        self.setAccessibleName(self.tr("Loudness: {text}").format(text=words))

    def _figures(self, level: "SoundLevel") -> str:
        if level.lufs == -math.inf:
            return self.tr("silence")
        return f"{level_text(level.lufs)} LUFS · {level_text(level.true_peak_db)} dBTP"

    def _sentence(self, level: "SoundLevel") -> str:
        if level.lufs == -math.inf:
            return self.tr("silence")
        return self.tr(
            "integrated {lufs} LUFS, loudest 400 ms {momentary} LUFS, true peak {peak} dBTP"
        ).format(
            lufs=level_text(level.lufs),
            momentary=level_text(level.momentary_lufs),
            peak=level_text(level.true_peak_db),
        )
