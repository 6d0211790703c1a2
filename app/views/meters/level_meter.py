"""Level meters: peaks above, mean level below, and the peak that is held."""

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.view_models.transport.meter_ballistics import FLOOR_DB, MeterBallistics
from app.views.texts.units import level_text
from app.views.widgets.labels import tool_tip
from app.views.widgets.theme import Theme, faded

_USUAL_WIDTH_PX, _LEAST_WIDTH_PX, _HEIGHT_PX = 96, 48, 12
_BAR_PX, _GAP_PX, _LANE_GAP_PX, _HOLD_PX = 5, 2, 1, 2
_MARKS_DB = (-40.0, -20.0, -6.0)
_NEAR_CLIPPING_DB = -1.0


class LevelMeter(QWidget):
    """Shows the level of what is heard, below the volume, from -60 to 0 dB of full scale."""

    def __init__(self, meter: MeterBallistics, theme: Theme) -> None:
        super().__init__()
        self._meter, self._theme = meter, theme
        self._bar_px = _BAR_PX
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(_USUAL_WIDTH_PX)
        self.setAccessibleName(self.tr("Level meter"))
        self.setAccessibleDescription(self.tr("Peak and mean level of what is heard"))
        meter.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As wide as the volume."""
        return QSize(_USUAL_WIDTH_PX, _HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Narrow where the window is."""
        return QSize(_LEAST_WIDTH_PX, _HEIGHT_PX)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    @property
    def text(self) -> str:
        """What it shows, in words."""
        if self._meter.is_at_rest:
            return self.explanation
        if self._meter.channel_peaks_db:
            left, right, *_ = map(level_text, self._meter.channel_peaks_db)
            return self.tr(
                "Peak {left} dB left, {right} dB right, held {held} dB, mean {mean} dB"
            ).format(
                left=left,
                right=right,
                held=level_text(self._meter.held_db),
                mean=level_text(self._meter.rms_db),
            )
        return self.tr("Peak {peak} dB, held {held} dB, mean {mean} dB").format(
            peak=level_text(self._meter.peak_db),
            held=level_text(self._meter.held_db),
            mean=level_text(self._meter.rms_db),
        )

    @property
    def explanation(self) -> str:
        """What it is, while it has nothing to show."""
        return self.tr(
            "Level of what is heard, at the volume set here: above its peak, below its mean "
            "(root mean square of 300 ms), from −60 to 0 dB of full scale. The line is the "
            "highest peak of the last moments"
        )

    def event(self, event: QEvent) -> bool:
        """Show the levels of this moment where the pointer rests."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), tool_tip(self.text), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both bars, their marks and the peak that is held; the upper bar by channels."""
        painter, meter, theme = QPainter(self), self._meter, self._theme
        top = (self.height() - 2 * self._bar_px - _GAP_PX) / 2
        mean_top = top + self._bar_px + _GAP_PX
        peaks_db = meter.channel_peaks_db or (meter.peak_db,)
        lane_px = (self._bar_px + _LANE_GAP_PX) // len(peaks_db) - _LANE_GAP_PX
        for number, level_db in enumerate(peaks_db):
            is_near = level_db > _NEAR_CLIPPING_DB
            place = top + number * (lane_px + _LANE_GAP_PX)
            colour = QColor(theme.danger if is_near else theme.accent)
            self._paint_bar(painter, QRectF(0, place, self.width(), lane_px), level_db, colour)
        mean_bar = QRectF(0, mean_top, self.width(), self._bar_px)
        self._paint_bar(painter, mean_bar, meter.rms_db, faded(theme.accent, 190))
        bottom = 2 * self._bar_px + _GAP_PX
        for mark_db in _MARKS_DB:
            painter.fillRect(QRectF(self._x(mark_db), top, 1, bottom), QColor(theme.panel))
        if meter.held_db > FLOOR_DB:
            held = QColor(theme.danger if meter.held_db > _NEAR_CLIPPING_DB else theme.text)
            painter.fillRect(
                QRectF(self._x(meter.held_db) - _HOLD_PX, top, _HOLD_PX, self._bar_px), held
            )

    def _paint_bar(self, painter: QPainter, area: QRectF, level_db: float, colour: QColor) -> None:
        painter.fillRect(area, QColor(self._theme.line))
        area.setWidth(self._x(level_db))
        painter.fillRect(area, colour)

    def _x(self, level_db: float) -> float:
        share = (min(level_db, 0.0) - FLOOR_DB) / -FLOOR_DB
        return share * self.width()
