"""The badge beside the title: preview, approximate or exact."""

from PySide6.QtCore import Slot

from app.view_models.viewer.fidelity import Fidelity, shown_fidelity
from app.view_models.viewer.live_preview import LivePreviewModel
from app.view_models.viewer.shown_take import ShownTakeModel
from app.view_models.viewer.tile_grid import TileGridModel
from app.views.widgets.labels import PlainLabel


class FidelityBadge(PlainLabel):
    """Says how near the picture is to the network's untiled result; hidden where unknown.

    Its border is dashed, dotted or solid, so that the three differ without colour.
    """

    def __init__(
        self, live_preview: LivePreviewModel, tiles: TileGridModel, shown: ShownTakeModel
    ) -> None:
        super().__init__()
        self._live_preview, self._tiles, self._shown = live_preview, tiles, shown
        self.setProperty("role", "badge")
        live_preview.changed.connect(self._on_changed)
        tiles.changed.connect(self._on_changed)
        shown.changed.connect(self._on_changed)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        shown = shown_fidelity(self._live_preview, self._tiles, self._shown.take)
        self.setVisible(shown.fidelity is not None)
        if shown.fidelity is None:
            return
        name = self._name(shown.fidelity)
        if shown.is_mixed:
            name = self.tr("{done} of {all} tiles {fidelity}, the rest a preview").format(
                done=shown.num_done, all=shown.num_tiles, fidelity=name.lower()
            )
        self.setText(name)
        self.setAccessibleName(self.tr("Fidelity: {name}").format(name=name))
        self.setToolTip(self._explanation(shown.fidelity))
        if self.property("kind") != str(shown.fidelity):
            self.setProperty("kind", str(shown.fidelity))
            self.style().unpolish(self)
            self.style().polish(self)

    def _name(self, fidelity: Fidelity) -> str:
        return {
            Fidelity.PREVIEW: self.tr("Preview"),
            Fidelity.APPROXIMATE: self.tr("Approximate"),
            Fidelity.EXACT: self.tr("Exact"),
        }[fidelity]

    def _explanation(self, fidelity: Fidelity) -> str:
        return {
            Fidelity.PREVIEW: self.tr(
                "A cheap guess of where the denoising leads, a few decibels off. A bad seed shows "
                "already; cancel it, and save the time."
            ),
            Fidelity.APPROXIMATE: self.tr(
                "Near to what the network gives in one piece, and never quite equal to it."
            ),
            Fidelity.EXACT: self.tr(
                "Equal to what the network gives in one piece, up to rounding."
            ),
        }[fidelity]
