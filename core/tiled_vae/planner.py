"""How an input is to be tiled: by which executor, in which pieces, at what cost."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.config import TilingConfig, TilingMode
from core.errors import InvalidRequestError
from core.region import Region
from core.tiled_vae.geometry import Reach, plane
from core.tiled_vae.segments import total_scale
from core.tiled_vae.tasks import Task
from core.tiled_vae.tiling import Tiling, padded_tiles, sharing_tiles

DEFAULT_TILE_FRAMES = 512


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done, before any of it is.

    Attributes:
        mode: The executor.
        tiling: The tiles, on the grid of the network's input.
        results: Each tile's region of the network's output.
        tiles: Each tile's region in mel frames x mel bins.
        padded: The same with what each tile holds around itself.
        peak_bytes: Predicted peak of memory above the network itself.
        store_budget_bytes: How much of it resting activations may take.
        explanation: One line for a person: what was chosen and why.
    """

    mode: TilingMode
    tiling: Tiling
    results: tuple[Region, ...]
    tiles: tuple[Region, ...]
    padded: tuple[Region, ...]
    peak_bytes: int
    store_budget_bytes: int
    explanation: str


def make_plan(queue: Sequence[Task], shape: tuple[int, ...], config: TilingConfig) -> Plan:
    """Choose the tiles for an input of this shape.

    Raises:
        InvalidRequestError: A tile size that the network's scale does not divide.
    """
    scale = total_scale(queue)
    size = _tile_size(config, shape, scale)
    tiling = _tiling(config, plane(*shape[2:]), size, scale)
    to_mel = Reach(up=scale.up)
    tiles = tuple(to_mel.resize(tile.core) for tile in tiling.tiles)
    return Plan(
        mode=config.mode,
        tiling=tiling,
        results=tuple(scale.resize(tile.core) for tile in tiling.tiles),
        tiles=tiles,
        padded=tuple(to_mel.resize(tile.kept) for tile in tiling.tiles),
        peak_bytes=0,
        store_budget_bytes=0,
        explanation=f"{config.mode}: {len(tiles)} tiles of up to {size[0] * scale.up} mel frames",
    )


def _tile_size(config: TilingConfig, shape: tuple[int, ...], scale: Reach) -> tuple[int, int]:
    """Largest tile along time and mel, on the grid of the network's input."""
    time_frames, bins = shape[2:]
    if config.mode is TilingMode.OFF:
        return time_frames, bins
    factor = max(scale.up, scale.down)
    for name in ("tile_frames", "tile_bins"):
        value = getattr(config, name)
        if value is not None and value % factor:
            raise InvalidRequestError(
                name, f"{name} must be a multiple of {factor}, the scale of this VAE, not {value}."
            )
    frames = config.tile_frames or DEFAULT_TILE_FRAMES
    height = bins if config.tile_bins is None else config.tile_bins // scale.up
    return frames // scale.up, height


def _tiling(config: TilingConfig, area: Region, size: tuple[int, int], scale: Reach) -> Tiling:
    if config.mode is not TilingMode.PADDED:
        return sharing_tiles(area, size, scale.down)
    padding = config.decoder_padding if scale.up > 1 else config.encoder_padding
    padding = -(-padding // scale.down) * scale.down
    return padded_tiles(area, size, padding, scale.down)
