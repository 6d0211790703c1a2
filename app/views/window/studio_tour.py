"""The steps of the tour: the prompt panel, the viewer, the transport bar."""

from PySide6.QtCore import QCoreApplication

from app.views.dialogs.tour import TourStep
from app.views.window.main_window import MainWindow


def studio_tour(window: MainWindow) -> tuple[TourStep, ...]:
    """The three steps of the tour."""
    translate = QCoreApplication.translate
    return (
        TourStep(
            window.prompt_panel,
            translate("StudioTour", "Say what to hear"),
            translate(
                "StudioTour",
                "Write a prompt in English and choose a length: any length will do. "
                "Ctrl+Enter generates, Esc stops.",
            ),
        ),
        TourStep(
            window.viewer_panel,
            translate("StudioTour", "Watch it appear"),
            translate(
                "StudioTour",
                "The spectrogram appears tile by tile, and plays while it grows. Space plays "
                "and pauses, the wheel zooms, a drag selects a stretch. The right button shows all "
                "that can be done there.",
            ),
        ),
        TourStep(
            window.viewer_panel.transport_bar,
            translate("StudioTour", "Save it"),
            translate(
                "StudioTour",
                "Every finished sound is kept for you. Export it as a file with its settings "
                "inside: drop the file here to get them back. F1 opens the guide.",
            ),
        ),
    )
