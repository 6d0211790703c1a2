"""A run whose denoising steps also carry a picture of where they lead."""

from dataclasses import replace

import torch

from core.events import DenoisingStep, Event
from core.latent_preview import LatentPreview
from core.progress import InnerProgress, Progress


class PreviewingProgress(InnerProgress):
    """Passes everything on to `parent`, denoising steps with their preview.

    Args:
        parent: Hears the events, and may cancel.
        preview: The map from latents to log-mel.
    """

    def __init__(self, parent: Progress, preview: LatentPreview) -> None:
        super().__init__(parent, self._tell)
        self._preview = preview

    def _tell(self, event: Event) -> None:
        if isinstance(event, DenoisingStep) and event.clean is not None:
            mel = self._preview.mel(torch.from_numpy(event.clean))
            event = replace(event, clean=None, preview=mel)
        self._parent.emit(event)
