"""Asks how and where to save a take: our dialog for the sound, the desktop's for the path."""

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QWidget

from app.prompt_slug import prompt_slug
from app.studio.exports.export_worker import ExportJob
from app.view_models.drafts.export_draft import ExportDraft, TimeRange
from app.view_models.settings_store import SettingsStore
from app.view_models.transport.playback import MixedSound
from app.views.dialogs.export_dialog import ExportDialog
from app.views.texts.export_texts import ExportTexts
from app.views.widgets.message_boxes import MessageBoxes
from core.api.errors import AudioFileError
from core.api.take import Take
from core.sound_files.audio_format import AudioFormat
from core.sound_files.export.settings import ExportSettings
from core.sound_files.sidecar import sidecar_path

_LONGEST_NAME = 60
_FOLDER, _SETTINGS = "export/folder", "export/settings"


class ExportPrompt(QObject):
    """Asks how and where to save, and remembers both for the next time."""

    def __init__(
        self, dialogs: MessageBoxes, memory: SettingsStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._dialogs = dialogs
        self._memory = memory
        self._texts = ExportTexts(self)

    def ask(self, parent: QWidget, take: Take, selection: TimeRange | None) -> ExportJob | None:
        """What to export, and where; None when the person cancels."""
        draft = ExportDraft()
        draft.restore(self._memory.text(_SETTINGS))
        draft.begin(
            take.duration_s, take.sample_rate, selection, take.waveform, channels=take.channels
        )
        draft.deepen(recorded_format(take))
        if not self._fill_in(parent, draft):
            return None
        path = self._ask_path(parent, take.request.name, draft)
        if path is None:
            return None
        return ExportJob(path, draft.complete_settings, draft.with_sidecar)

    def ask_mix(
        self, parent: QWidget, name: str, mix: MixedSound, marked: TimeRange | None
    ) -> ExportJob | None:
        """What to export of an arrangement's mix, and where; None when the person cancels."""
        draft = self._mix_draft(mix, marked)
        if not self._fill_in(parent, draft):
            return None
        path = self._ask_path(parent, name, draft)
        return None if path is None else ExportJob(path, draft.complete_settings)

    def ask_stems(
        self, parent: QWidget, mix: MixedSound, marked: TimeRange | None
    ) -> ExportSettings | None:
        """How to export stems; None when the person cancels."""
        draft = self._mix_draft(mix, marked)
        return draft.complete_settings if self._fill_in(parent, draft) else None

    def _mix_draft(self, mix: MixedSound, marked: TimeRange | None) -> ExportDraft:
        """Nothing of a mix is computed here; what is cut off at full scale is said afterwards."""
        draft = ExportDraft()
        draft.restore(self._memory.text(_SETTINGS))
        duration_s = mix.num_samples / mix.sample_rate
        draft.begin(duration_s, mix.sample_rate, marked, channels=mix.channels, has_settings=False)
        return draft

    def _fill_in(self, parent: QWidget, draft: ExportDraft) -> bool:
        """Let the person change the settings, and remember them."""
        dialog = ExportDialog(parent, draft)
        agreed = self._dialogs.fill_in(dialog)
        dialog.deleteLater()
        if agreed:
            self._memory.keep(_SETTINGS, draft.to_json())
        return agreed

    def ask_picture_path(self, parent: QWidget, prompt: str) -> Path | None:
        """Where the picture of the spectrogram goes."""
        kind = self.tr("PNG picture (*.png)")
        return self._ask_place(parent, self.tr("Save the picture"), prompt, ".png", kind)

    @property
    def folder(self) -> str:
        """Where exports went the last time."""
        return str(self._folder())

    def _ask_path(self, parent: QWidget, prompt: str, draft: ExportDraft) -> Path | None:
        audio_format = draft.settings.audio_format
        suffix = audio_format.suffix
        kind = f"{self._texts.formats()[audio_format]} (*{suffix})"
        title = self.tr("Export the sound")
        path = self._ask_place(parent, title, prompt, suffix, kind)
        wants_sidecar = draft.with_sidecar and draft.has_settings
        if path and wants_sidecar and not self._may_write(parent, sidecar_path(path)):
            return None
        return path

    def _ask_place(
        self, parent: QWidget, title: str, prompt: str, suffix: str, kind: str
    ) -> Path | None:
        start = str(self._folder() / (file_name(prompt) + suffix))
        answer = self._dialogs.ask_save_path(parent, title, start, [kind], kind)
        if answer is None:
            return None
        path = Path(answer[0])
        if path.suffix.lower() != suffix:
            path = path.with_name(path.name + suffix)
            if not self._may_write(parent, path):  # of which the file dialog did not know
                return None
        self._memory.keep(_FOLDER, str(path.parent))
        return path

    def _may_write(self, parent: QWidget, path: Path) -> bool:
        if not path.exists():
            return True
        question = self.tr("{name} is there already. Replace it?").format(name=path.name)
        return self._dialogs.agree(parent, self.tr("Replace a file"), question)

    def _folder(self) -> Path:
        music = QStandardPaths.StandardLocation.MusicLocation
        default = QStandardPaths.writableLocation(music) or str(Path.home())
        folder = Path(self._memory.text(_FOLDER, default))
        return folder if folder.is_dir() else Path.home()


def recorded_format(take: Take) -> AudioFormat:
    """The WAV that holds a recording as its file does; 16 bits for a take that was generated."""
    from core.sound_files.audio_file import read_header  # opens libsndfile

    if take.request.recording is None:
        return AudioFormat.WAV_16
    try:
        return AudioFormat.holding(read_header(take.request.recording, None).bits)
    except AudioFileError:  # its file is gone, and with it how deep it was
        return AudioFormat.WAV_FLOAT


def file_name(prompt: str) -> str:
    """A prompt as a file name that every system takes: `Organ, slow` becomes `organ-slow`."""
    return prompt_slug(prompt, _LONGEST_NAME) or "tessera"
