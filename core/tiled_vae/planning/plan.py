"""The plan of a decode or encode: what an executor has to know, and what a person is shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.api.config import TilingMode
from core.api.region import Region, Span
from core.tiled_vae.graph.segments import split_into_segments
from core.tiled_vae.graph.tasks import Task
from core.tiled_vae.graph.tiling import Tiling
from core.tiled_vae.planning.context_windows import ContextWindow


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a decode or encode.

    Attributes:
        mode: The executor.
        tiling: The tiles, on the grid of the network's input.
        results: Each tile's region of the network's output.
        tiles: Each tile's region in mel frames x mel bins.
        padded: The same with each tile's padding.
        windows: The context windows; one window is the whole clip.
        scale: Mel frames per latent frame.
        peak_bytes: Predicted peak of memory above the network itself.
        store_budget_bytes: How much of it stored activations may take on the device.
        tile_frames: Most mel frames of a tile.
        owners: The rank that computes each tile, or each context window where there are several.
        ring: Whether the ranks' keys and values pass round, since they are too many for one rank.
        explanation: One line for a person: what was chosen and why.
    """

    mode: TilingMode
    tiling: Tiling
    results: tuple[Region, ...]
    tiles: tuple[Region, ...]
    padded: tuple[Region, ...]
    windows: tuple[ContextWindow, ...]
    scale: int
    peak_bytes: int
    store_budget_bytes: int
    tile_frames: int
    owners: tuple[int, ...]
    ring: bool
    explanation: str

    def source_span(self, queue: Sequence[Task], rank: int) -> Span:
        """The frames of the network's input that a rank needs, at least one.

        In exact mode these are its own ones with the halo of the first segment. The other modes
        look at the whole clip for statistics.
        """
        if self.mode is not TilingMode.EXACT or len(set(self.owners)) == 1:
            return Span(0, self.tiling.tiles[-1].extent.time.stop)
        first = split_into_segments(queue)[0]
        read = [
            first.input_region(tile).time
            for tile, owner in zip(self.tiling.tiles, self.owners, strict=True)
            if owner == rank
        ]
        return Span(read[0].start, read[-1].stop) if read else Span(0, 1)
