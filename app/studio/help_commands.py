"""What the menu Help does, and what is reported when something failed."""

from PySide6.QtCore import QObject, QProcess, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

from app.diagnosis.diagnose import doctor_command
from app.session.session import Session
from app.studio.diagnostics import error_report, log_folder
from app.studio.licences import licence_texts
from app.view_models.takes.library_notice import LibraryNotice
from app.views.texts.library_texts import LibraryTexts
from app.views.widgets.message_boxes import MessageBoxes
from app.views.window.main_window import MainWindow
from core.version import __version__


class HelpCommands(QObject):
    """Carries out the window's requests for help.

    Args:
        window: Who asks.
        session: What may have failed.
        dialogs: Shows texts.
    """

    def __init__(self, window: MainWindow, session: Session, dialogs: MessageBoxes) -> None:
        super().__init__(window)
        self._window, self._session, self._dialogs = window, session, dialogs
        self._doctor = QProcess(self)
        self._doctor.finished.connect(self._on_diagnosed)
        self._doctor.errorOccurred.connect(self._on_diagnosis_failed)
        window.log_folder_requested.connect(self._on_log_folder_requested)
        window.copy_requested.connect(self._on_copy_requested)
        window.diagnosis_requested.connect(self._on_diagnosis_requested)
        window.licences_requested.connect(self._on_licences_requested)
        window.about_requested.connect(self._on_about_requested)

    @Slot(LibraryNotice)
    def show_library_notice(self, notice: LibraryNotice) -> None:
        """Say what happened to the library, where something did."""
        if notice:
            sentences = LibraryTexts(self).notice(notice)
            self._dialogs.tell(self._window, self.tr("The library"), sentences)

    @Slot()
    def _on_log_folder_requested(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder())))

    @Slot()
    def _on_copy_requested(self) -> None:
        error = self._session.document.status.error
        if error is not None:
            QGuiApplication.clipboard().setText(error_report(error, self._session.last_request))
            self._window.status_line.say(self.tr("The details are on the clipboard."))

    @Slot()
    def _on_diagnosis_requested(self) -> None:
        """Diagnose in a process of its own: searching for sound devices would stop the player."""
        if self._doctor.state() is QProcess.ProcessState.NotRunning:
            self._window.status_line.say(self.tr("Looking for what is wrong; some seconds…"))
            program, *arguments = doctor_command()
            self._doctor.start(program, arguments)

    @Slot(int, QProcess.ExitStatus)
    def _on_diagnosed(self, code: int, status: QProcess.ExitStatus) -> None:
        report = bytes(self._doctor.readAllStandardOutput().data()).decode(errors="replace")
        if status is QProcess.ExitStatus.NormalExit and report:
            QGuiApplication.clipboard().setText(report)
            self._window.status_line.say(self.tr("The diagnosis is on the clipboard."))
            self._dialogs.read(self._window, self.tr("Diagnosis"), report)
        else:
            self._on_diagnosis_failed()

    @Slot()
    def _on_diagnosis_failed(self) -> None:
        self._window.status_line.say(self.tr("The diagnosis failed; the log may say why."))

    def close(self) -> None:
        """End a diagnosis that still runs."""
        if self._doctor.state() is not QProcess.ProcessState.NotRunning:
            self._doctor.blockSignals(True)
            self._doctor.kill()
            self._doctor.waitForFinished()

    @Slot()
    def _on_licences_requested(self) -> None:
        self._dialogs.read(self._window, self.tr("Third-party licences"), licence_texts())

    @Slot()
    def _on_about_requested(self) -> None:
        sentence = self.tr(
            "Tessera {version} makes sound of any length with AudioLDM models.\n"
            "Apache License 2.0. Models come under licences of their own."
        )
        self._dialogs.tell(
            self._window, self.tr("About Tessera"), sentence.format(version=__version__)
        )
