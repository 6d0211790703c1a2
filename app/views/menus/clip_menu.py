"""Commands where they act: in a menu on the spectrogram, and in the bar at a selection."""

from PySide6.QtCore import QPoint, Slot
from PySide6.QtWidgets import QMenu

from app.views.menus.actions import Actions
from app.views.menus.edit_actions import EditActions, SampleActions
from app.views.menus.marker_actions import MarkerActions
from app.views.menus.play_actions import PlayActions
from app.views.menus.selection_actions import SelectionActions
from app.views.menus.view_actions import ViewActions
from app.views.spectrogram.spectrogram_view import SpectrogramView
from app.views.waveform.waveform_view import WaveformView


class ClipMenu(QMenu):
    """Offers the commands of the menu bar that act on the clip or on its selection.

    Args:
        view, waveform_view: Where the menu opens; their bars get those for a selection.
        actions, play_actions, edit_actions, sample_actions, marker_actions, selection_actions,
            view_actions: Its commands.
    """

    def __init__(
        self,
        view: SpectrogramView,
        waveform_view: WaveformView,
        *,
        actions: Actions,
        play_actions: PlayActions,
        edit_actions: EditActions,
        sample_actions: SampleActions,
        marker_actions: MarkerActions,
        selection_actions: SelectionActions,
        view_actions: ViewActions,
    ) -> None:
        super().__init__(view)
        self.setAccessibleName(self.tr("The sound and its selection"))
        self.addActions([actions.play, play_actions.play_range, play_actions.loop])
        edit_actions.fill_menu(self)
        sample_actions.fill_menu(self)
        self.addSeparator()
        self.addAction(marker_actions.add_here)
        marker_actions.fill_menu(self)
        self.addSeparator()
        self.addActions([selection_actions.select_all, selection_actions.clear])
        self.addActions([selection_actions.frequencies])
        self.addActions([view_actions.fit_selection, actions.fit])
        self.addSeparator()
        self.addActions([actions.export, actions.copy_sound])
        for picture in (view, waveform_view):
            marker_actions.watch(picture)
            picture.menu_requested.connect(self.open_at)
            picture.selection_bar.offer(
                play=play_actions.play_range,
                regenerate=edit_actions.regenerate,
                zoom=view_actions.fit_selection,
                clear=selection_actions.clear,
            )

    @Slot(QPoint)
    def open_at(self, place: QPoint) -> None:
        """Open at a place on the screen."""
        self.popup(place)
