"""AudioLDM behind the engine's interface: CLAP reads the prompt, a class embedding carries it.

Liu et al. 2023, *AudioLDM: Text-to-Audio Generation with Latent Diffusion Models*, arXiv
2301.12503. The prompt enters the UNet as one normalised vector of CLAP, not by cross-attention.
"""

import torch

from core.api.model_card import Capabilities
from core.api.progress import Progress
from core.models.families.assembly import load_parts, refuse_mixture
from core.models.families.clap import Clap, load_clap
from core.models.families.latent_diffusion import LatentDiffusion, Parts
from core.models.folder import ModelFolder
from core.models.text_to_audio_model import Conditioning


class AudioLdm(LatentDiffusion):
    """An AudioLDM model; see `TextToAudioModel` for what it offers.

    Args:
        parts: Everything but what reads the prompt; the UNet takes it as class embedding.
        clap: What reads the prompt.
    """

    def __init__(self, parts: Parts, clap: Clap) -> None:
        super().__init__(parts)
        self.clap = clap

    @property
    def capabilities(self) -> Capabilities:
        """What the model can do with a request."""
        return Capabilities(
            max_prompt_tokens=self.count_tokens("")[1],
            reads_word_order=False,
            audio_to_audio=self._takes_sound,
        )

    def count_tokens(self, prompt: str) -> tuple[int, int]:
        """Tokens the prompt has, and how many the text encoder reads."""
        return self.clap.count_tokens(prompt)

    @torch.inference_mode()
    def encode_prompt(self, prompt: str, negative_prompt: str) -> Conditioning:
        """Read the prompt; an empty one is unconditional generation, as in training."""
        positive, negative = (
            {"class_labels": self.clap.embed(text).to(self.device, self.dtype)}
            for text in (prompt, negative_prompt)
        )
        return Conditioning(positive, negative)


def load_audioldm(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> AudioLdm:
    """Load every part of a checked folder, and check that the parts belong together.

    Raises:
        ModelLoadError: A part is damaged or belongs to another model.
        Cancelled: The owner of `progress` wished so.
    """
    return AudioLdm(*load_with_clap(folder, device=device, dtype=dtype, progress=progress))


@torch.inference_mode(False)  # ordinary tensors, whoever asks
def load_with_clap(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> tuple[Parts, Clap]:
    """Load a model to whose UNet CLAP's vector is a class embedding.

    Raises:
        ModelLoadError: A part is damaged or belongs to another model.
        Cancelled: The owner of `progress` wished so.
    """
    parts = load_parts(folder, device=device, dtype=dtype, progress=progress)
    clap = load_clap(folder, device=device, dtype=dtype, progress=progress)
    unet, text = parts.unet.config, clap.text_encoder.config
    if unet.projection_class_embeddings_input_dim != text.projection_dim:
        raise refuse_mixture(
            folder, "the unet reads prompts of another length than the text_encoder gives"
        )
    return parts, clap
