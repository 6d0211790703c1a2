"""The bar below the spectrogram: playback, position, volume, and why there is no sound."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QVBoxLayout, QWidget

from app.clock_time import clock_text
from app.view_models.transport.clip_lamp import ClipLampModel
from app.view_models.transport.meter_ballistics import LevelMeterModel
from app.view_models.transport.sound_devices import SoundDevicesModel
from app.view_models.transport.transport import TransportModel
from app.views.meters.clip_lamp_button import ClipLampButton
from app.views.meters.level_meter import LevelMeter
from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.viewer.drag_handle import DragHandle
from app.views.viewer.sound_device_menu import SoundDeviceMenu
from app.views.widgets.accessibility import announce
from app.views.widgets.buttons import IconButton
from app.views.widgets.icons import icon
from app.views.widgets.labels import ElidedLabel, PlainLabel
from app.views.widgets.theme import Theme
from app.views.widgets.wrapping_row import WrappingRow

_VOLUME_STEPS = 100
_VOLUME_WIDTH_PX = 96


class TransportBar(QWidget):
    """Shows a TransportModel.

    Args:
        transport: The model.
        devices: What there is to play through.
        clip_lamp: Whether what was heard exceeds full scale.
        level_meter: The level of what is heard.
        theme: Its colours.
        read_out: The selection in figures, which the bar contains.

    Attributes:
        level_meter: The level of what is heard.
        clip_lamp: The lamp beside the volume.
        drag_handle: The button by which the sound is dragged.

    Signals:
        toggle_requested, start_requested, end_requested: Play or pause, go to either end.
        loop_requested: Play again and again, or once.
        volume_requested: 0 to 1.
        record_requested: Record a sound.
        export_requested: Save the take.
        silenced: Nothing can be heard, for this reason.
        heard_again: This reason is gone.
    """

    toggle_requested = Signal()
    start_requested = Signal()
    end_requested = Signal()
    loop_requested = Signal(bool)
    volume_requested = Signal(float)
    record_requested = Signal()
    export_requested = Signal()
    silenced = Signal(str)
    heard_again = Signal(str)

    def __init__(
        self,
        transport: TransportModel,
        devices: SoundDevicesModel,
        clip_lamp: ClipLampModel,
        level_meter: LevelMeterModel,
        *,
        theme: Theme,
        read_out: QWidget,
    ) -> None:
        super().__init__()
        set_guide_page(self, GuidePage.LISTEN)
        self._transport = transport
        self._read_out = read_out
        self._devices = devices
        self._volume_before_mute = 1.0
        self._silent_reason = ""
        self.clip_lamp = ClipLampButton(clip_lamp, theme)
        self.level_meter = LevelMeter(level_meter, theme)
        self._make_buttons(theme)
        self._clock = PlainLabel()
        self._clock.setProperty("role", "clock")
        self._length = PlainLabel()
        self._message = ElidedLabel()  # a sentence must not push the window apart
        for label in (self._length, self._message):
            label.setProperty("role", "caption")
        self._volume = QSlider(Qt.Orientation.Horizontal)
        self._volume.setMaximum(_VOLUME_STEPS)
        self._volume.setAccessibleName(self.tr("Volume"))
        self._volume.setMinimumWidth(_VOLUME_WIDTH_PX // 2)
        self._volume.setMaximumWidth(_VOLUME_WIDTH_PX)
        self._assemble()
        self._connect()
        self.set_theme(theme)
        self._on_changed()
        self._on_moved(0.0)

    def _make_buttons(self, theme: Theme) -> None:
        self._to_start = IconButton("to-start", self.tr("Go to the start"), theme)
        self._play = IconButton("play", self.tr("Play"), theme)
        self._play.setProperty("role", "play")
        self._play.setFixedSize(40, 40)
        self._to_end = IconButton("to-end", self.tr("Go to the end"), theme)
        self._loop = IconButton("loop", self.tr("Play again and again (L)"), theme)
        self._loop.setCheckable(True)
        self._record = IconButton("record", self.tr("Record a sound (R)"), theme)
        self._device = IconButton("device", self.tr("Choose the sound device"), theme)
        self._device.setPopupMode(self._device.ToolButtonPopupMode.InstantPopup)
        self._device.setMenu(SoundDeviceMenu(self._devices, self._device))
        self._mute = IconButton("volume", self.tr("Mute"), theme)
        self.drag_handle = DragHandle(theme)
        self._export = QPushButton(self.tr("Export…"))
        self._export.setToolTip(self.tr("Save the sound as a file (Ctrl+Shift+E)"))

    def _assemble(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(WrappingRow((self._left(), self._right()), spacing_px=8, fills=True))

    def _left(self) -> QWidget:
        """The buttons that play, the clock, and what is selected."""
        part, row = _row()
        for button in (self._to_start, self._play, self._to_end, self._loop, self._record):
            row.addWidget(button)
        row.addWidget(self._clock)
        row.addWidget(self._length)
        row.addWidget(self._read_out, stretch=1)
        return part

    def _right(self) -> QWidget:
        """What is the matter, the device, and what leaves the studio."""
        part, row = _row()
        row.addWidget(self._message, stretch=1)
        row.addWidget(self._device)
        row.addWidget(self._mute)
        row.addLayout(self._level())
        row.addWidget(self.clip_lamp)
        row.addWidget(self.drag_handle)
        row.addWidget(self._export)
        return part

    def _level(self) -> QVBoxLayout:
        """The volume above the level that is heard at it, along the same width."""
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addStretch()
        column.addWidget(self._volume)
        column.addWidget(self.level_meter)
        column.addStretch()
        return column

    def _connect(self) -> None:
        self._to_start.clicked.connect(self.start_requested)
        self._play.clicked.connect(self.toggle_requested)
        self._to_end.clicked.connect(self.end_requested)
        self._loop.clicked.connect(self.loop_requested)
        self._record.clicked.connect(self.record_requested)
        self._mute.clicked.connect(self._on_mute)
        self._volume.valueChanged.connect(
            lambda steps: self.volume_requested.emit(steps / _VOLUME_STEPS)
        )
        self._export.clicked.connect(self.export_requested)
        self._transport.changed.connect(self._on_changed)
        self._transport.moved.connect(self._on_moved)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        buttons = (self._to_start, self._play, self._to_end, self._loop, self._record)
        for button in (*buttons, self._device, self._mute, self.drag_handle):
            button.set_theme(theme)
        self.level_meter.set_theme(theme)
        self.clip_lamp.set_theme(theme)
        self._export.setIcon(icon("export", theme.text, theme.faint))

    def set_can_export(self, can_export: bool, *, can_drag: bool) -> None:
        """Offer the export, and the sound to be dragged, or not."""
        self.drag_handle.setEnabled(can_drag)
        self._export.setEnabled(can_export)

    @Slot()
    def _on_mute(self) -> None:
        if self._transport.volume > 0:
            self._volume_before_mute = self._transport.volume
            self.volume_requested.emit(0.0)
        else:
            self.volume_requested.emit(self._volume_before_mute)

    @Slot()
    def _on_changed(self) -> None:
        transport = self._transport
        playing = transport.is_playing
        self._play.show_icon(
            "pause" if playing else "play", self.tr("Pause") if playing else self.tr("Play")
        )
        for button in (self._to_start, self._play, self._to_end):
            button.setEnabled(transport.can_play)
        self._loop.setChecked(transport.loops)
        silent = transport.volume == 0
        self._mute.show_icon(
            "volume-off" if silent else "volume", self.tr("Unmute") if silent else self.tr("Mute")
        )
        self._volume.setValue(round(transport.volume * _VOLUME_STEPS))
        length = "∞" if transport.grows else clock_text(transport.duration_s, 1)
        self._length.setText(f"/ {length}")
        buffering = self.tr("Waiting for more sound…") if transport.is_buffering else ""
        self._show_message(transport.silent_reason or buffering)

    def _show_message(self, sentence: str) -> None:
        """Show why there is no sound, and let it be said when it changes: here it may be elided."""
        former, reason = self._silent_reason, self._transport.silent_reason
        self._silent_reason = reason
        if former and former != reason:
            self.heard_again.emit(former)
        if sentence and sentence != self._message.text():
            if sentence == reason:
                self.silenced.emit(sentence)
            else:
                announce(self, sentence)
        self._message.show_text(sentence)

    @Slot(float)
    def _on_moved(self, position_s: float) -> None:
        self._clock.setText(clock_text(position_s, 1))


def _row() -> tuple[QWidget, QHBoxLayout]:
    """Return a widget with an empty row in it."""
    part = QWidget()
    row = QHBoxLayout(part)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    return part, row
