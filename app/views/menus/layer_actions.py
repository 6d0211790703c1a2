"""The actions on the chosen layers of the arrangement: all that the mouse does, by keys too."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.view_models.arrangement.arrangement_model import ArrangementModel
from app.view_models.transport.transport import TransportModel
from app.views.arrangement.arrangement_view import ArrangementView
from app.views.commands.commands import make_command

_GAIN_DB = 1.0


class LayerActions(QObject):
    """Actions of an ArrangementView; their keys work while its lanes have the focus.

    Args:
        model: Whose layers they are.
        transport: Knows the play head.
        view: Whose lanes they act on.

    Signals:
        open_requested: The sound of the chosen layer should come on show.
        regenerate_requested: The sound of the chosen layers should be generated with another seed.
    """

    open_requested = Signal()
    regenerate_requested = Signal()

    def __init__(
        self, model: ArrangementModel, transport: TransportModel, view: ArrangementView
    ) -> None:
        super().__init__(view)
        self._model, self._transport, self._view = model, transport, view
        self._on_chosen: list[QAction] = []  # those that need a layer
        commands = view.layer_commands
        self.all = self._make("all", self.tr("Choose &all layers"), commands.choose_all, "Ctrl+A")
        self._make_choices()
        self._make_moves()
        self._make_levels()
        self.split = self._make(
            "split", self.tr("&Split at the play head"), self._on_split, "Ctrl+K"
        )
        self.split.setToolTip(
            self.tr("Split the chosen layers at the play head; without one, all that are there")
        )
        self.duplicate = self._of_chosen(
            "duplicate", self.tr("&Duplicate"), commands.duplicate, "Ctrl+D"
        )
        self.remove = self._of_chosen(
            "remove", self.tr("Remo&ve"), commands.remove, "Del", "Backspace"
        )
        self.remove.setToolTip(self.tr("Take the layers away; their takes stay in the history"))
        self.loop = self._of_chosen("loop", self.tr("Re&peat"), commands.loop, "Y")
        self.loop.setToolTip(
            self.tr("Play it again and again; drag its right edge to say how long")
        )
        self.mute = self._of_chosen("mute", self.tr("&Mute"), commands.mute, "Q")
        self.open = self._of_chosen(
            "open", self.tr("&Open the sound"), self.open_requested.emit, "Return", "Enter"
        )
        self.open.setToolTip(self.tr("Show its take; what you make of it there takes its place"))
        self.regenerate = self._of_chosen(
            "regenerate", self.tr("&Generate again"), self.regenerate_requested.emit, "Shift+R"
        )
        self.regenerate.setToolTip(
            self.tr("Queue its request with another seed; the new take takes its place")
        )
        self.mark = self._of_chosen("mark", self.tr("Mark t&heir time"), model.mark_chosen, "E")
        self.mark.setToolTip(
            self.tr("Loop and Play the selection keep to it; once more takes the mark away")
        )
        view.canvas.layer_opened.connect(self.open_requested)
        model.chosen_changed.connect(self._on_changed)
        self._on_changed()

    def fill_menu(self, menu: QMenu) -> None:
        """Append the actions to the menu."""
        menu.addActions([self.open, self.regenerate, self.split, self.duplicate, self.remove])
        menu.addActions([self.loop, self.mute, self.mark])
        for title, actions in (
            (self.tr("&Choose"), [self.all, *self.choices]),
            (self.tr("Move and tr&im"), self.moves),
            (self.tr("&Fades and gain"), self.levels),
        ):
            inner = menu.addMenu(title)
            inner.setToolTipsVisible(True)
            inner.addActions(actions)
        menu.setToolTipsVisible(True)

    def _make_choices(self) -> None:
        commands = self._view.layer_commands
        self.choices = [
            self._make(name, text, partial(choose, steps), key)
            for name, text, choose, steps, key in (
                ("next", self.tr("Next layer"), commands.choose_next, 1, "Right"),
                ("previous", self.tr("Previous layer"), commands.choose_next, -1, "Left"),
                ("below", self.tr("Layer below"), commands.choose_row, 1, "Down"),
                ("above", self.tr("Layer above"), commands.choose_row, -1, "Up"),
            )
        ]

    def _make_moves(self) -> None:
        """A hundredth of what is in sight at a time: the same distance at any zoom."""
        commands = self._view.layer_commands
        self.moves = [
            self._step(name, text, move, steps, key)
            for name, text, move, steps, key in (
                ("later", self.tr("Later"), commands.move, 1, "Shift+Right"),
                ("earlier", self.tr("Earlier"), commands.move, -1, "Shift+Left"),
                ("start_later", self.tr("Start later"), commands.trim_start, 1, "Ctrl+Shift+Right"),
                (
                    "start_earlier",
                    self.tr("Start earlier"),
                    commands.trim_start,
                    -1,
                    "Ctrl+Shift+Left",
                ),
                ("stop_later", self.tr("End later"), commands.trim_stop, 1, "Ctrl+Right"),
                ("stop_earlier", self.tr("End earlier"), commands.trim_stop, -1, "Ctrl+Left"),
            )
        ]
        down, up = (
            self._of_chosen(name, text, partial(commands.move_rows, by), key)
            for name, text, by, key in (
                ("down", self.tr("To the track below"), 1, "Shift+Down"),
                ("up", self.tr("To the track above"), -1, "Shift+Up"),
            )
        )
        self.moves += [down, up]

    def _make_levels(self) -> None:
        commands = self._view.layer_commands
        self.levels = [
            self._step(name, text, fade, steps, key)
            for name, text, fade, steps, key in (
                ("fade_in_longer", self.tr("Longer fade in"), commands.fade_in, 1, "I"),
                ("fade_in_shorter", self.tr("Shorter fade in"), commands.fade_in, -1, "Shift+I"),
                ("fade_out_longer", self.tr("Longer fade out"), commands.fade_out, 1, "O"),
                ("fade_out_shorter", self.tr("Shorter fade out"), commands.fade_out, -1, "Shift+O"),
            )
        ]
        louder, softer, unity = (
            self._of_chosen(name, text, do, key)
            for name, text, do, key in (
                ("louder", self.tr("Louder"), lambda: commands.amplify(_GAIN_DB), "Ctrl+Up"),
                ("softer", self.tr("Softer"), lambda: commands.amplify(-_GAIN_DB), "Ctrl+Down"),
                ("unity", self.tr("As loud as it is (0 dB)"), lambda: commands.set_gain(0), ""),
            )
        )
        self.levels += [louder, softer, unity]

    def _step(
        self, name: str, text: str, change: Callable[[int], None], steps: int, key: str
    ) -> QAction:
        return self._of_chosen(name, text, lambda: change(steps * self._view.key_step), key)

    def _of_chosen(self, name: str, text: str, slot: Callable[[], object], *keys: str) -> QAction:
        action = self._make(name, text, slot, *keys)
        self._on_chosen.append(action)
        return action

    def _make(self, name: str, text: str, slot: Callable[[], object], *keys: str) -> QAction:
        action = make_command(self, f"layer.{name}", text, *filter(None, keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _=False: slot())
        self._view.canvas.addAction(action)
        return action

    @Slot()
    def _on_split(self) -> None:
        rate = self._model.arrangement.sample_rate
        self._view.layer_commands.split(round(self._transport.position_s * rate))

    @Slot()
    def _on_changed(self) -> None:
        for action in self._on_chosen:
            action.setEnabled(bool(self._model.chosen))
