"""The middle of the window: spectrogram, arrangement or welcome page, and the transport bar."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.clock_time import clock_text
from app.view_models.document import Document
from app.views.arrangement.arrangement_view import ArrangementView
from app.views.clip.time_axis import AXIS_WIDTH_PX
from app.views.meters.buffer_meter import BufferMeter
from app.views.meters.loudness_read_out import LoudnessReadOut
from app.views.prompt.prompt_lane_view import PromptLaneView
from app.views.spectrogram.spectrogram_view import SpectrogramView
from app.views.spectrogram.tile_legend import TileLegend
from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.texts.take_texts import TakeTexts
from app.views.texts.tile_texts import TileTexts
from app.views.texts.units import frequency_text
from app.views.viewer.clip_pictures import ClipPictures
from app.views.viewer.colour_panel import PictureMenu
from app.views.viewer.fidelity_badge import FidelityBadge
from app.views.viewer.overview import Overview
from app.views.viewer.selection_read_out import SelectionReadOut
from app.views.viewer.transport_bar import TransportBar
from app.views.viewer.viewer_header import ViewerHeader
from app.views.viewer.welcome import Welcome
from app.views.waveform.waveform_view import WaveformView
from app.views.widgets.buttons import IconButton
from app.views.widgets.labels import ElidedLabel
from app.views.widgets.theme import Theme

_READ_OUT_PX = 120


class ViewerPanel(QFrame):
    """Shows the clip of a document, or its arrangement.

    Attributes:
        transport_bar, view, waveform_view, pictures, header, welcome, prompt_lane, arrangement:
            Its parts, for the window to connect.

    Signals:
        grid_toggled: The tile grid was shown or hidden.
    """

    grid_toggled = Signal(bool)

    def __init__(self, document: Document, theme: Theme) -> None:
        super().__init__()
        set_guide_page(self, GuidePage.EDIT)
        self.setObjectName("viewerPanel")
        self._document = document
        self.header = ViewerHeader(
            PictureMenu(document.picture, document.waveform, document.colour_scale),
            FidelityBadge(document.live_preview, document.tiles, document.shown),
            theme,
        )
        self.view = SpectrogramView(
            document.spectrogram,
            live_preview=document.live_preview,
            measured=document.measured,
            tiles=document.tiles,
            selection=document.selection,
            colour_scale=document.colour_scale,
            transport=document.transport,
            theme=theme,
        )
        self.waveform_view = _waveform_view(document, theme)
        self.pictures = ClipPictures(self.view, self.waveform_view, document.waveform)
        for picture in (self.view, self.waveform_view):
            picture.show_markers(document.markers)
        self.overview = Overview(document.transport, document.selection, document.markers, theme)
        self.welcome = Welcome(theme)
        self.arrangement = ArrangementView(
            document.arrangement, document.overviews, document.transport, theme
        )
        self.prompt_lane = PromptLaneView(document.prompt_lane, theme)
        self._add_prompt = IconButton(
            "add-prompt", self.tr("Another prompt from the play head on (Ctrl+Shift+L)"), theme
        )
        self._legend = TileLegend(document.tiles, theme)
        self._texts, self._take_texts = TileTexts(self), TakeTexts(self)
        self._read_out = _read_out()
        self.transport_bar = TransportBar(
            document.transport,
            document.devices,
            document.clip_lamp,
            document.level_meter,
            theme=theme,
            read_out=SelectionReadOut(document.selection, document.transport),
        )
        for widget in (self.header, self.waveform_view):
            set_guide_page(widget, GuidePage.LOOK)
        self._grid_shown = False
        self._assemble()
        self._connect()
        self.show_grid(True)

    def _assemble(self) -> None:
        self._pages = QStackedWidget()
        self._pages.addWidget(self.welcome)
        self._pages.addWidget(self._picture())
        self._pages.addWidget(self.arrangement)
        below = QHBoxLayout()
        below.addWidget(BufferMeter(self._document.status), stretch=1)
        below.addWidget(LoudnessReadOut(self._document.loudness), stretch=1)
        below.addWidget(self._legend)
        below.addWidget(self._read_out, stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addWidget(self.header)
        time_axis = QVBoxLayout()
        time_axis.setSpacing(4)
        time_axis.addWidget(self._pages, stretch=1)
        self._lane = self._make_lane()
        time_axis.addWidget(self._lane)
        column.addLayout(time_axis, stretch=1)
        column.addLayout(below)
        column.addWidget(self.transport_bar)

    def _picture(self) -> QWidget:
        """Return the overview above spectrogram and waveform, aligned with them."""
        picture = QWidget()
        column = QVBoxLayout(picture)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        beside_axis = QHBoxLayout()
        beside_axis.setContentsMargins(AXIS_WIDTH_PX, 0, 0, 0)
        beside_axis.addWidget(self.overview)
        column.addLayout(beside_axis)
        column.addWidget(self.pictures, stretch=1)
        return picture

    def _make_lane(self) -> QWidget:
        """Return the prompt lane below the spectrogram, aligned with its time axis."""
        gutter = QWidget()
        gutter.setFixedWidth(AXIS_WIDTH_PX)
        beside = QHBoxLayout(gutter)
        beside.setContentsMargins(0, 0, 8, 0)
        beside.addWidget(self._add_prompt, alignment=Qt.AlignmentFlag.AlignRight)
        lane = QWidget()
        row = QHBoxLayout(lane)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(gutter)
        row.addWidget(self.prompt_lane)
        return lane

    def _connect(self) -> None:
        self.header.grid_toggled.connect(self.show_grid)
        self.header.fit_requested.connect(self.view.fit)
        self.header.zoom_in_requested.connect(self.view.zoom_in)
        self.header.zoom_out_requested.connect(self.view.zoom_out)
        self.view.pointed_at.connect(self._on_pointed_at)
        self.view.pointer_left.connect(self._read_out.clear)
        self.waveform_view.pointed_at.connect(self._on_waveform_pointed_at)
        self.view.seek_requested.connect(self._document.selection.clear_around)
        self.view.select_requested.connect(self._document.selection.select)
        self.view.range_changed.connect(self.overview.show_range)
        self.view.range_changed.connect(self._document.prompt_lane.show_range)
        self.prompt_lane.zoom_requested.connect(self.view.zoom_about)
        self._add_prompt.clicked.connect(self.prompt_lane.add)
        self.overview.range_requested.connect(self.view.show_range)
        self.overview.zoom_requested.connect(self.view.zoom_about)
        self.overview.fit_requested.connect(self.view.fit)
        self.view.scrub_requested.connect(self._document.scrub.move_to)
        self.view.scrub_ended.connect(self._document.scrub.end)
        self.view.extend_requested.connect(self._on_extend_requested)
        self.arrangement.canvas.seek_requested.connect(self._document.transport.seek)
        self.arrangement.ruler.scrub_requested.connect(self._document.scrub.move_to)
        self.arrangement.ruler.scrub_ended.connect(self._document.scrub.end)
        self._document.shown.edit_placed.connect(self.view.bring_into_sight)
        self._document.spectrogram.reset.connect(self._on_reset)
        self._document.tiles.changed.connect(self._on_tiles_changed)
        self._document.live_preview.changed.connect(self._show_title)
        self._on_reset()
        self._on_tiles_changed()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        parts = (self.header, self.overview, self.view, self.waveform_view, self.welcome)
        others = (self._legend, self.prompt_lane, self._add_prompt, self.transport_bar)
        for part in (*parts, *others, self.arrangement):
            part.set_theme(theme)

    def clip_view(self) -> QWidget:
        """The widget that keys about what is on show go to."""
        return self.view if self._document.shown.mix is None else self.arrangement.canvas

    @Slot()
    def zoom_in(self) -> None:
        """Show less time of what is on show."""
        self._timed.zoom_in()

    @Slot()
    def zoom_out(self) -> None:
        """Show more time of it."""
        self._timed.zoom_out()

    @Slot()
    def fit(self) -> None:
        """Show all of it."""
        self._timed.fit()

    @Slot()
    def show_play_head(self) -> None:
        """Scroll to the play head, where it is not in sight."""
        self._timed.show_play_head()

    @property
    def _timed(self) -> SpectrogramView | ArrangementView:
        """What the commands of the menu View are about."""
        return self.view if self._document.shown.mix is None else self.arrangement

    @property
    def grid_shown(self) -> bool:
        """Whether the tile grid is on."""
        return self._grid_shown

    @Slot(bool)
    def show_grid(self, shown: bool) -> None:
        """Show or hide the tile grid and its legend."""
        if self._grid_shown == shown:
            return
        self._grid_shown = shown
        self.view.show_grid(shown)
        self.header.show_grid_on(shown)
        self._on_tiles_changed()
        self.grid_toggled.emit(shown)

    @Slot()
    def _on_reset(self) -> None:
        """Show the page of what has come on show."""
        is_mix, empty = self._document.shown.mix is not None, self._document.spectrogram.is_empty
        picture = 0 if empty else 1
        self._pages.setCurrentIndex(2 if is_mix else picture)
        self.header.setVisible(not empty)
        self._lane.setVisible(not is_mix)
        self._show_title()

    @Slot()
    def _on_tiles_changed(self) -> None:
        tiles = self._document.tiles
        self._legend.setVisible(self._grid_shown and tiles.num_done < len(tiles.tiles))
        self._show_title()

    @Slot()
    def _show_title(self) -> None:
        shown = self._document.shown
        if shown.source is not None:
            self.header.show_source(shown.source)
            return
        title = shown.request.title if shown.request else ""
        self.header.show_title(
            title or self.tr("Without a prompt"),
            self._document.tiles.explanation or self._settings_text(),
        )

    def _settings_text(self) -> str:
        request = self._document.shown.request
        if request is None:
            return ""
        is_grey = self._document.live_preview.greys is not None
        legend = self.tr("grey: a sketch of the latents") if is_grey else ""
        return " · ".join(filter(None, (self._take_texts.settings(request), legend)))

    def _tile_text(self, frame: int, mel_bin: int) -> str:
        """Describe the tile of a cell; empty outside the plan."""
        tiles, params = self._document.tiles, self._document.spectrogram.params
        found = tiles.tile_at(frame, mel_bin)
        return self._texts.all(found[0], len(tiles.tiles), found[1], params) if found else ""

    @Slot(float)
    def _on_extend_requested(self, time_s: float) -> None:
        self._document.selection.extend_to(time_s, self._document.transport.position_s)

    @Slot(float, float)
    def _on_pointed_at(self, time_s: float, place: float) -> None:
        reading = self._document.picture.reading(time_s, place)
        parts = [clock_text(reading.time_s, 2), f"{frequency_text(reading.hz)} Hz"]
        if reading.level_db is not None:
            parts.append(f"{reading.level_db:.0f} dB")
        if self._grid_shown:
            parts.append(self._legend.tile_text(reading.frame, reading.mel_bin))
            self.view.set_tile_tool_tip(self._tile_text(reading.frame, reading.mel_bin))
        self._read_out.show_text("   ".join(filter(None, parts)))

    @Slot(float, float)
    def _on_waveform_pointed_at(self, time_s: float, place: float) -> None:
        peak = self.waveform_view.peak_text(time_s)
        self._read_out.show_text(f"{clock_text(time_s, 3)}   {peak}")


def _read_out() -> ElidedLabel:
    label = ElidedLabel(Qt.AlignmentFlag.AlignRight)  # its figures push nothing
    label.setMinimumWidth(_READ_OUT_PX)
    label.setProperty("role", "caption")
    return label


def _waveform_view(document: Document, theme: Theme) -> WaveformView:
    return WaveformView(
        document.waveform,
        document.spectrogram,
        document.selection,
        document.transport,
        theme,
    )
