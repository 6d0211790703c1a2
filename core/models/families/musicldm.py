"""MusicLDM: AudioLDM's networks, trained on music.

Chen et al. 2023, *MusicLDM: Enhancing Novelty in Text-to-Music Generation Using Beat-Synchronous
Mixup Strategies*, arXiv 2308.01546. Its folders hold the whole of CLAP, with which diffusers'
pipeline ranks several results by their sound; only the text branch is used here.
"""

import torch

from core.api.progress import Progress
from core.models.families.audioldm import AudioLdm, load_with_clap
from core.models.folder import ModelFolder


class MusicLdm(AudioLdm):
    """A MusicLDM model: trained otherwise than AudioLDM, used in the same way."""


def load_musicldm(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> MusicLdm:
    """Load every part of a checked folder, and check that the parts belong together.

    Raises:
        ModelLoadError: A part is damaged or belongs to another model.
        Cancelled: The run was cancelled through `progress`.
    """
    return MusicLdm(*load_with_clap(folder, device=device, dtype=dtype, progress=progress))
