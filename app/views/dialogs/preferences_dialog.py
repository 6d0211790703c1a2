"""The preferences: appearance, sound, engine and library on one page."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from app.view_models.drafts.engine_preferences import AUTO
from app.view_models.language import Language
from app.view_models.transport.sound_devices import SoundDevicesModel
from app.views.dialogs.library_preferences import LibraryPreferences, PreferenceSection
from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.widgets.choices import ChoiceBox
from app.views.widgets.message_boxes import MessageBoxes
from app.views.widgets.screen_fit import DialogScroll, fit_to_screen
from app.views.widgets.theme import ThemeChoice
from core.api.config import Precision

_WIDTH_PX = 620


@dataclass(frozen=True, slots=True)
class PreferenceValues:
    """What is chosen when the dialog opens.

    Attributes:
        theme: Light or dark.
        language: Of the next start.
        device: Where the networks run.
        precision: In which they compute; None = chosen for the device.
        library_folder: Where takes are kept after the next start.
    """

    theme: ThemeChoice
    language: Language
    device: str
    precision: Precision | None
    library_folder: Path


class PreferencesDialog(QDialog):
    """Changes apply at once, or a note says that they take effect with the next run or start.

    Signals:
        theme_chosen, language_chosen, device_chosen, precision_chosen: A value was chosen.
    """

    theme_chosen = Signal(object)
    language_chosen = Signal(object)
    device_chosen = Signal(object)
    precision_chosen = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        values: PreferenceValues,
        sound_devices: SoundDevicesModel,
        dialogs: MessageBoxes,
    ) -> None:
        super().__init__(parent)
        set_guide_page(self, GuidePage.DEVICE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Preferences"))
        self._values = values
        self._sound_devices = sound_devices
        self.library = LibraryPreferences(dialogs, values.library_folder)
        self._make_appearance()
        self._make_sound()
        self._make_engine()
        self._assemble()
        sound_devices.changed.connect(self._show_sound_devices)
        self._show_sound_devices()
        self.show_compute_devices(())

    def _make_appearance(self) -> None:
        self.theme, self.language = ChoiceBox(), ChoiceBox()
        self.theme.offer(
            {
                ThemeChoice.SYSTEM: self.tr("As the system"),
                ThemeChoice.LIGHT: self.tr("Light"),
                ThemeChoice.DARK: self.tr("Dark"),
            },
            self._values.theme,
        )
        self.language.offer(
            {
                Language.SYSTEM: self.tr("As the system"),
                Language.ENGLISH: "English",
                Language.CHINESE: "简体中文",
            },
            self._values.language,
        )
        self._appearance = PreferenceSection(self.tr("Appearance"))
        self._appearance.add_row(self.tr("Theme"), self.theme)
        self._appearance.add_row(self.tr("Language"), self.language)
        self.theme.chosen.connect(self.theme_chosen)
        self.language.chosen.connect(self.language_chosen)
        self.language.chosen.connect(lambda _: self._note_next_start(self._appearance))

    def _make_sound(self) -> None:
        self.sound_device = ChoiceBox()
        self._sound = PreferenceSection(self.tr("Sound"))
        self._sound.add_row(
            self.tr("Sound device"), self.sound_device, self.tr("What the studio plays through")
        )
        self.sound_device.chosen.connect(self._sound_devices.choose)

    def _make_engine(self) -> None:
        self.device, self.precision = ChoiceBox(), ChoiceBox()
        self.precision.offer(
            {
                None: self.tr("Chosen for the device"),
                Precision.FLOAT32: self.tr("float32: exact, the most memory"),
                Precision.BFLOAT16: self.tr("bfloat16: half the memory, a little less exact"),
                Precision.FLOAT16: self.tr("float16: half the memory, for graphics cards"),
                Precision.FLOAT64: self.tr("float64: for measurements"),
            },
            self._values.precision,
        )
        self._engine = PreferenceSection(self.tr("Engine"))
        self._engine.add_row(
            self.tr("Compute device"), self.device, self.tr("Where the networks run")
        )
        self._engine.add_row(
            self.tr("Precision"),
            self.precision,
            self.tr("Of the prompt's reader, the denoiser and the vocoder"),
        )
        self.device.chosen.connect(self.device_chosen)
        self.precision.chosen.connect(self.precision_chosen)
        for choice in (self.device, self.precision):
            choice.chosen.connect(lambda _: self._note_next_run())

    def _assemble(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(28)
        fields = DialogScroll(_WIDTH_PX - 48)
        fields.column.setSpacing(28)
        for section in (self._appearance, self._sound, self._engine, self.library):
            fields.column.addWidget(section)
        fields.column.addStretch()
        column.addWidget(fields, stretch=1)
        column.addWidget(buttons)
        self.setMinimumWidth(_WIDTH_PX)
        fit_to_screen(self)

    def show_compute_devices(self, names: Iterable[str]) -> None:
        """Offer these torch devices, and the chosen one even if it is not among them."""
        chosen = self.device.value or self._values.device
        offered = {AUTO: self.tr("The fastest there is")} | {name: name for name in names}
        if chosen not in offered:
            offered[chosen] = chosen
        self.device.offer(offered, chosen)

    @Slot()
    def _show_sound_devices(self) -> None:
        devices = self._sound_devices
        offered = {"": self.tr("The system's choice")} | {name: name for name in devices.names}
        if devices.chosen not in offered:
            offered[devices.chosen] = self.tr("{name} (not connected)").format(name=devices.chosen)
        self.sound_device.offer(offered, devices.chosen)

    def _note_next_run(self) -> None:
        self._engine.note(self.tr("This takes effect with the next sound."))

    def _note_next_start(self, section: PreferenceSection) -> None:
        section.note(self.tr("This takes effect after the next start."))
