"""MusicLDM behind the engine's interface: AudioLDM's networks, trained on music.

Chen et al. 2023, *MusicLDM: Enhancing Novelty in Text-to-Music Generation Using Beat-Synchronous
Mixup Strategies*, arXiv 2308.01546. Its folders hold the whole of CLAP, so that the pipeline can
rank several results by what they sound like; the text half alone reads the prompt.
"""

import torch

from core.api.progress import Progress
from core.models.families.audioldm import AudioLdm, load_with_clap
from core.models.folder import ModelFolder


class MusicLdm(AudioLdm):
    """A MusicLDM model: in its training it differs from AudioLDM, in its use it does not."""


def load_musicldm(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> MusicLdm:
    """Load every part of a checked folder, and check that the parts belong together.

    Raises:
        ModelLoadError: A part is damaged or belongs to another model.
        Cancelled: The owner of `progress` wished so.
    """
    return MusicLdm(*load_with_clap(folder, device=device, dtype=dtype, progress=progress))
