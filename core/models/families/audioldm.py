"""AudioLDM: CLAP encodes the prompt, and a class embedding brings it to the UNet.

Liu et al. 2023, *AudioLDM: Text-to-Audio Generation with Latent Diffusion Models*, arXiv
2301.12503. The prompt enters the UNet as one normalised vector of CLAP, not by cross-attention.
Tessera's own models have this architecture with a UNet that attends to CLAP's tokens besides: its
config states one width for all that its blocks attend to, AudioLDM's the widths of the blocks.
"""

from typing import Any

import torch

from core.api.model_card import Capabilities
from core.api.progress import Progress
from core.models.families.assembly import attention_widths, load_parts, mixed_parts_error
from core.models.families.clap import Clap, load_clap
from core.models.families.latent_diffusion import LatentDiffusion, ModelParts, drop_encoder_pages
from core.models.family import AUDIOLDM2_UNET
from core.models.folder import ModelFolder
from core.models.text_to_audio_model import Conditioning


class AudioLdm(LatentDiffusion):
    """An AudioLDM model; see `TextToAudioModel` for what it offers.

    Args:
        parts: Everything but the text encoder; the UNet takes the prompt as class embedding.
        clap: The text encoder.
    """

    def __init__(self, parts: ModelParts, clap: Clap) -> None:
        super().__init__(parts)
        self.clap = clap
        self._attends_to_tokens = _token_width(parts.unet.config) is not None

    @property
    def capabilities(self) -> Capabilities:
        """What the model can do with a request."""
        return Capabilities(
            max_prompt_tokens=self.count_tokens("")[1],
            reads_word_order=self._attends_to_tokens,
            audio_to_audio=self._accepts_sound,
        )

    def count_tokens(self, prompt: str) -> tuple[int, int]:
        """Tokens of the prompt, and how many the text encoder reads."""
        return self.clap.count_tokens(prompt)

    @torch.inference_mode()
    def encode_prompt(self, prompt: str, negative_prompt: str) -> Conditioning:
        """Encode both prompts; an empty one is unconditional generation, as in training."""
        encode = self._encode_tokens if self._attends_to_tokens else self._encode_vectors
        encoded = encode(prompt, negative_prompt)
        drop_encoder_pages(self.clap.text_encoder)
        return encoded

    def _encode_vectors(self, prompt: str, negative_prompt: str) -> Conditioning:
        """One vector (1, C) each."""
        encoded = {
            text: {"class_labels": self.clap.embed(text).to(self.device, self.dtype)}
            for text in {prompt, negative_prompt}
        }
        return Conditioning(encoded[prompt], encoded[negative_prompt])

    def _encode_tokens(self, prompt: str, negative_prompt: str) -> Conditioning:
        """One vector (1, C), the tokens' states (1, N, D) and their mask (1, N) each."""
        encoded = self.clap.encode([prompt, negative_prompt])
        return Conditioning.from_batch(
            {
                "class_labels": encoded.vectors.to(self.device, self.dtype),
                "encoder_hidden_states": encoded.states.to(self.device, self.dtype),
                "encoder_attention_mask": encoded.mask.to(self.device),
            }
        )


def load_audioldm(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> AudioLdm:
    """Load every part of a checked folder, and check that the parts belong together.

    Raises:
        ModelLoadError: A part is damaged or belongs to another model.
        Cancelled: The run was cancelled through `progress`.
    """
    return AudioLdm(*load_with_clap(folder, device=device, dtype=dtype, progress=progress))


@torch.inference_mode(False)  # ordinary tensors, even where the caller is in inference mode
def load_with_clap(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> tuple[ModelParts, Clap]:
    """Load a model whose UNet takes CLAP's vector as class embedding.

    Raises:
        ModelLoadError: A part is damaged or belongs to another model.
        Cancelled: The run was cancelled through `progress`.
    """
    parts = load_parts(folder, device=device, dtype=dtype, progress=progress)
    clap = load_clap(folder, device=device, dtype=dtype, progress=progress)
    unet, text = parts.unet.config, clap.text_encoder.config
    if unet.projection_class_embeddings_input_dim != text.projection_dim:
        raise mixed_parts_error(
            folder, "the unet reads prompts of another length than the text_encoder gives"
        )
    if _token_width(unet) not in (None, text.hidden_size):
        raise mixed_parts_error(
            folder, "the unet attends to tokens of another width than the text_encoder gives"
        )
    if folder.classes["unet"] == AUDIOLDM2_UNET and attention_widths(unet):
        raise folder.refuse(
            "its unet attends to words as well as to CLAP's vector, and models of this family "
            "have no encoder for them."
        )
    return parts, clap


def _token_width(unet: Any) -> int | None:
    """The width of the tokens that a UNet attends to; None if it attends to itself alone."""
    widths = unet.cross_attention_dim
    return None if isinstance(widths, list | tuple) else widths
