"""Any length through a VAE, tile by tile, in a stated memory budget."""

from core.config import TilingConfig
from core.tiled_vae.engine import TiledVAE

__all__ = ["TiledVAE", "TilingConfig"]
