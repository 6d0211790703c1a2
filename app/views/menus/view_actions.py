"""The actions that change the visible range, the colours and the tile list."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from app.view_models.document import Document
from app.view_models.picture.colour_scale import ColourMap
from app.views.commands.commands import make_command
from app.views.spectrogram.spectrogram_view import SpectrogramView
from app.views.spectrogram.tile_list import TileList

_PAN_STEP = 0.1  # of what is on screen
_PAGE = 0.9


class ViewActions(QObject):
    """Actions of a spectrogram view; most keys work while the view has the focus."""

    def __init__(self, document: Document, view: SpectrogramView) -> None:
        super().__init__(view)
        self._document, self._view = document, view
        self._selection, self._colour_scale = document.selection, document.colour_scale
        self._tile_list: TileList | None = None
        make = self._make
        self.fit_selection = make(
            "view.zoom_to_selection",
            self.tr("Zoom to the &selection"),
            view.fit_selection,
            "Ctrl+E",
        )
        self.fit_selection.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        self.pans = self._make_pans(view)
        self.tile_list = make(
            "view.tile_list", self.tr("List of &tiles"), self._on_tile_list, "Shift+G"
        )
        self.tile_list.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        self.maps = self._make_maps()
        self.automatic = make(
            "view.fit_levels",
            self.tr("&Fit the levels to the sound"),
            self._colour_scale.set_automatic,
        )
        self.automatic.setCheckable(True)
        self.reset = make(
            "view.reset_levels", self.tr("&Reset the levels"), self._colour_scale.reset_range
        )
        self._selection.changed.connect(self._on_changed)
        self._colour_scale.changed.connect(self._on_changed)
        self._on_changed()

    def fill_menu(self, menu: QMenu) -> None:
        """Append the actions to the menu."""
        menu.addAction(self.tile_list)
        menu.addSeparator()
        menu.addAction(self.fit_selection)
        menu.addMenu(self.tr("&Move along")).addActions(self.pans)
        colours = menu.addMenu(self.tr("&Colours"))
        colours.addActions(self.maps.actions())
        colours.addSeparator()
        colours.addActions([self.automatic, self.reset])

    def _make_pans(self, view: SpectrogramView) -> list[QAction]:
        """Steps and zoom along time, by plain keys, and in frequency."""
        make = self._make
        return [
            make(
                "view.step_left",
                self.tr("A step to the left"),
                lambda: view.pan(-_PAN_STEP),
                "Left",
            ),
            make(
                "view.step_right",
                self.tr("A step to the right"),
                lambda: view.pan(_PAN_STEP),
                "Right",
            ),
            make("view.page_left", self.tr("A page to the left"), lambda: view.pan(-_PAGE), "PgUp"),
            make(
                "view.page_right", self.tr("A page to the right"), lambda: view.pan(_PAGE), "PgDown"
            ),
            make(
                "view.zoom_in_frequencies",
                self.tr("Fewer frequencies"),
                view.zoom_in_frequencies,
                "Ctrl+Up",
            ),
            make(
                "view.zoom_out_frequencies",
                self.tr("More frequencies"),
                view.zoom_out_frequencies,
                "Ctrl+Down",
            ),
            make(
                "view.step_up",
                self.tr("Higher frequencies"),
                lambda: view.pan_frequencies(_PAN_STEP),
                "Alt+Up",
            ),
            make(
                "view.step_down",
                self.tr("Lower frequencies"),
                lambda: view.pan_frequencies(-_PAN_STEP),
                "Alt+Down",
            ),
            make("view.zoom_in_here", self.tr("Zoom in here"), view.zoom_in, "Up", "+", "="),
            make("view.zoom_out_here", self.tr("Zoom out here"), view.zoom_out, "Down", "-"),
        ]

    def _make(self, command_id: str, text: str, slot: Callable[..., object], *keys: str) -> QAction:
        action = make_command(self, command_id, text, *keys)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(slot)
        self._view.addAction(action)
        return action

    def _make_maps(self) -> QActionGroup:
        group = QActionGroup(self)
        names = {
            ColourMap.CIVIDIS: self.tr("&Cividis"),
            ColourMap.VIRIDIS: self.tr("&Viridis"),
            ColourMap.MAGMA: self.tr("&Magma"),
            ColourMap.INFERNO: self.tr("&Inferno"),
            ColourMap.GREY: self.tr("&Grey"),
        }
        for colour_map, name in names.items():
            action = group.addAction(
                make_command(self, f"view.colour_map.{colour_map}", name, checkable=True)
            )
            action.setData(colour_map)
        group.triggered.connect(self._on_map)
        return group

    @Slot()
    def _on_tile_list(self) -> None:
        """Open the list of tiles, or bring it to the front."""
        if self._tile_list is None:
            document = self._document
            self._tile_list = TileList(document.tiles, document.spectrogram, self._view.window())
            self._tile_list.tile_chosen.connect(self._view.show_range)
        self._tile_list.show()
        self._tile_list.raise_()
        self._tile_list.activateWindow()

    @Slot(QAction)
    def _on_map(self, action: QAction) -> None:
        self._colour_scale.choose_map(ColourMap(action.data()))

    @Slot()
    def _on_changed(self) -> None:
        self.fit_selection.setEnabled(self._selection.current is not None)
        self.automatic.setChecked(self._colour_scale.is_automatic)
        for action in self.maps.actions():
            action.setChecked(action.data() == self._colour_scale.colour_map)
