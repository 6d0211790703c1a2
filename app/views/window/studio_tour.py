"""What newcomers are shown of the studio: where to ask, where to look, what to take along."""

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
            translate("StudioTour", "Watch it being laid"),
            translate(
                "StudioTour",
                "The spectrogram appears tile by tile, and plays while it grows. Space plays "
                "and pauses, the wheel zooms, a drag chooses a stretch.",
            ),
        ),
        TourStep(
            window.viewer_panel.transport_bar,
            translate("StudioTour", "Take it along"),
            translate(
                "StudioTour",
                "Every finished sound is kept for you. Export it as a file with its settings "
                "inside: dropped back here, it brings them along. F1 shows all keys.",
            ),
        ),
    )
