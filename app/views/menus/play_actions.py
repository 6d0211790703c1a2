"""The actions to loop, to play the selection, and to choose a sound device."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMenu

from app.view_models.transport.sound_devices import SoundDevicesModel
from app.view_models.transport.transport import TransportModel
from app.views.commands.commands import make_command
from app.views.viewer.sound_device_menu import SoundDeviceMenu


class PlayActions(QObject):
    """Actions on the transport; play and pause are among the window's Actions."""

    def __init__(
        self, transport: TransportModel, devices: SoundDevicesModel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._transport = transport
        self.loop = make_command(self, "play.loop", self.tr("&Loop"), "L", checkable=True)
        self.loop.setToolTip(self.tr("Play what is chosen, or the whole sound, again and again"))
        self.play_range = make_command(
            self, "play.selection", self.tr("Play the sele&ction"), "Shift+Space"
        )
        self.band = make_command(
            self, "play.band", self.tr("Hear only the selected &frequencies"), "B", checkable=True
        )
        self.band.setToolTip(
            self.tr("Leave out what is above and below the selection; drag with Ctrl to select it")
        )
        self.device_menu = SoundDeviceMenu(devices)
        self.loop.toggled.connect(self._transport.set_loops)
        self.band.toggled.connect(self._transport.set_plays_band)
        self.play_range.triggered.connect(self._transport.play_range)
        self._transport.changed.connect(self._on_changed)

    def fill_menu(self, menu: QMenu) -> None:
        """Append the actions to the menu."""
        menu.addSeparator()
        menu.addActions([self.loop, self.play_range, self.band])
        menu.addSeparator()
        menu.addMenu(self.device_menu)

    @Slot()
    def _on_changed(self) -> None:
        self.loop.setChecked(self._transport.loops)
