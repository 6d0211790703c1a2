"""A run whose denoising steps also carry a picture of where they lead."""

from collections.abc import Callable
from dataclasses import replace

import torch

from core.events import DenoisingStep, Event
from core.latent_preview import LatentPreview
from core.progress import Progress


class PreviewingProgress(Progress):
    """Passes everything on to `parent`, denoising steps with their preview.

    Args:
        parent: Hears the events, and may cancel.
        preview: The map from latents to log-mel.
    """

    def __init__(self, parent: Progress, preview: LatentPreview) -> None:
        super().__init__(self._pass_on(parent, preview))
        self._parent = parent

    @property
    def cancelled(self) -> bool:
        """Whether the parent was cancelled."""
        return self._parent.cancelled

    def cancel(self) -> None:
        """Cancel the parent."""
        self._parent.cancel()

    def check_cancelled(self) -> None:
        """Leave the run if the parent's owner wants so."""
        self._parent.check_cancelled()

    @staticmethod
    def _pass_on(parent: Progress, preview: LatentPreview) -> Callable[[Event], None]:
        def pass_on(event: Event) -> None:
            if isinstance(event, DenoisingStep) and event.clean is not None:
                mel = preview.mel(torch.from_numpy(event.clean))
                event = replace(event, clean=None, preview=mel)
            parent.emit(event)

        return pass_on
