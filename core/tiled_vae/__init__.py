"""Any length through a VAE, tile by tile, in a stated memory budget."""

from core.config import TilingConfig
from core.tiled_vae.engine import TiledVAE
from core.tiled_vae.planner import Plan
from core.tiled_vae.source import LatentSource

__all__ = ["LatentSource", "Plan", "TiledVAE", "TilingConfig"]
