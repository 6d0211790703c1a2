"""Any length through a VAE, tile by tile, in a stated memory budget."""

from core.api.config import TilingConfig
from core.tiled_vae.inputs import LatentSource
from core.tiled_vae.planning.planner import Plan
from core.tiled_vae.tiled_vae import TiledVAE

__all__ = ["LatentSource", "Plan", "TiledVAE", "TilingConfig"]
