"""What the window remembers from one start to the next."""

from typing import TYPE_CHECKING

from app.view_models.drafts.continuation import USUAL_S
from app.view_models.settings_store import SettingsStore
from app.views.side_bar.side_bar import SideBarPage

if TYPE_CHECKING:
    from app.views.window.main_window import MainWindow


class WindowSettings:
    """Restores choices and geometry of a window, and keeps them.

    Args:
        window: The window.
        memory: Where they are kept.
    """

    def __init__(self, window: "MainWindow", memory: SettingsStore) -> None:
        self._window, self._memory = window, memory

    def restore(self) -> None:
        """Restore what the last start kept."""
        memory, window = self._memory, self._window
        document = window.document
        window.restoreGeometry(memory.blob("window/geometry"))
        document.models.restore(memory.text("models"))
        document.draft.restore(memory.text("draft"))
        document.transport.set_volume(memory.number("volume", 0.8))
        document.continuation.set_added(memory.number("continue_s", USUAL_S))
        document.colour_scale.restore(memory.text("picture_style"))
        document.picture.restore(memory.text("picture"))
        document.waveform.restore(memory.text("waveform"))
        window.viewer_panel.pictures.restore_split(memory.blob("waveform/split"))
        document.devices.choose(memory.text("sound_device"))
        actions = window.actions_
        actions.play_on_arrival.setChecked(memory.flag("play_on_arrival", default=True))
        actions.grid.setChecked(memory.flag("grid", default=True))
        window.viewer_panel.show_grid(actions.grid.isChecked())
        window.library_actions.auditions.setChecked(memory.flag("audition", default=True))
        page = memory.text("side_bar")
        window.side_bar.open(SideBarPage(page) if page in list(SideBarPage) else SideBarPage.NONE)
        window.prompt_panel.engine_section.set_open(memory.flag("engine_open", default=False))

    def remember(self) -> None:
        """Keep everything for the next start."""
        memory, window = self._memory, self._window
        document = window.document
        memory.keep("window/geometry", window.saveGeometry())
        memory.keep("draft", document.draft.to_json())
        memory.keep("models", document.models.to_json())
        memory.keep("volume", document.transport.volume)
        memory.keep("continue_s", document.continuation.added_s)
        memory.keep("picture_style", document.colour_scale.to_text())
        memory.keep("picture", document.picture.to_text())
        memory.keep("waveform", str(document.waveform.place))
        memory.keep("waveform/split", window.viewer_panel.pictures.split)
        memory.keep("sound_device", document.devices.chosen)
        memory.keep("play_on_arrival", document.transport.plays_on_arrival)
        memory.keep("grid", window.viewer_panel.grid_shown)
        memory.keep("audition", window.library_actions.auditions.isChecked())
        memory.keep("side_bar", str(window.side_bar.page))
        memory.keep("engine_open", window.prompt_panel.engine_section.is_open)
