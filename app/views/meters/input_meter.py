"""The level meter and the clip lamp of a sound input."""

from PySide6.QtCore import QSize

from app.view_models.recording.input_level import InputMeterModel
from app.views.meters.clip_lamp_button import ClipLampButton
from app.views.meters.level_meter import LevelMeter
from app.views.widgets.theme import Theme

_BAR_PX, _HEIGHT_PX = 7, 16
_LEAST_WIDTH_PX = 160
_WIDEST_PX = 16_777_215  # Qt's own: as wide as the dialog


class InputLevelMeter(LevelMeter):
    """Shows the level of one channel of what comes in, as wide as there is room.

    Args:
        meter: The channel.
        theme: Its colours.
        name: Which channel it is, for screen readers.
    """

    def __init__(self, meter: InputMeterModel, theme: Theme, name: str) -> None:
        super().__init__(meter, theme)
        self.setAccessibleName(name)
        self._bar_px = _BAR_PX
        self.setMaximumWidth(_WIDEST_PX)
        self.setAccessibleDescription(self.tr("Peak and mean level of what comes in"))

    def sizeHint(self) -> QSize:
        """Some width."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """Wide enough to be read."""
        return QSize(_LEAST_WIDTH_PX, _HEIGHT_PX)

    @property
    def explanation(self) -> str:
        """What it is, while nothing comes."""
        return self.tr(
            "Level of what comes in: above its peak, below its mean (root mean square of 300 ms), "
            "from −60 to 0 dB of full scale. The loudest moments should stay between −12 and −6 dB"
        )


class InputClipLamp(ClipLampButton):
    """Shows whether the input was at full scale; a click puts it out."""

    @property
    def explanation(self) -> str:
        """What it is, while it is out."""
        return self.tr("Lights when the input reaches full scale")

    @property
    def warning(self) -> str:
        """What it says while it is lit."""
        return self.tr(
            "The input has reached full scale, where the device cuts it off: turn its level down, "
            "in the system or at the device. A click puts the lamp out"
        )
