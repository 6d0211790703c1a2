"""The menu of sound devices: the system's choice, each device, and a new search."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from app.view_models.transport.sound_devices import SoundDevicesModel
from app.views.widgets.labels import button_text, tool_tip


class SoundDeviceMenu(QMenu):
    """Shows a SoundDevicesModel, and searches for devices when it is first opened."""

    def __init__(self, devices: SoundDevicesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._devices = devices
        self.setTitle(self.tr("Sound &device"))
        self.setProperty("passing", True)  # devices come and go: they are no commands
        self.setToolTipsVisible(True)
        devices.changed.connect(self._fill)
        self.aboutToShow.connect(self._on_about_to_show)
        self._fill()

    @Slot()
    def _on_about_to_show(self) -> None:
        if not self._devices.names and not self._devices.is_scanning:
            self._devices.rescan()

    @Slot()
    def _fill(self) -> None:
        self.clear()
        self._group = QActionGroup(self)
        self._offer(self.tr("The system's choice"), "")
        for name in self._devices.names:
            self._offer(name, name)
        if self._devices.chosen and self._devices.chosen not in self._devices.names:
            gone = self.tr("{name} (not connected)").format(name=self._devices.chosen)
            self._offer(gone, self._devices.chosen)
        self.addSeparator()
        again = QAction(self.tr("&Look for devices again"), self)
        if self._devices.is_scanning:
            again.setText(self.tr("Looking for devices…"))
            again.setEnabled(False)
        again.setToolTip(self.tr("Find devices that were connected since the last look."))
        again.triggered.connect(self._devices.rescan)
        self.addAction(again)

    def _offer(self, text: str, name: str) -> None:
        action = QAction(button_text(text), self._group, checkable=True)
        action.setToolTip(tool_tip(text))  # else the menu shows the text itself, as rich text
        action.setChecked(name == self._devices.chosen)
        action.triggered.connect(lambda: self._devices.choose(name))
        self.addAction(action)
