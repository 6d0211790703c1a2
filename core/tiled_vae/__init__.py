"""Any length through a VAE, tile by tile, in a stated memory budget."""

from core.api.config import TilingConfig
from core.tiled_vae.inputs import LatentSource, WaveformSource
from core.tiled_vae.planning.plan import Plan
from core.tiled_vae.planning.waveform_planner import PictureGrid, WaveformPlan
from core.tiled_vae.tiled_vae import TiledVAE
from core.tiled_vae.waveform_vae import WaveformVAE

__all__ = [
    "LatentSource",
    "PictureGrid",
    "Plan",
    "TiledVAE",
    "TilingConfig",
    "WaveformPlan",
    "WaveformSource",
    "WaveformVAE",
]
