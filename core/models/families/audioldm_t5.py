"""AudioLDM that reads its prompt with T5 alone: the UNet attends to the words.

The authors' training program makes it (haoheliu/AudioLDM-training-finetuning, the configuration
audioldm_crossattn_flant5); no pipeline of diffusers runs it. Its networks are AudioLDM2's without
CLAP and GPT-2.
"""

import torch

from core.api.model_card import Capabilities
from core.api.progress import Progress
from core.models.families.assembly import attention_widths, load_parts, mixed_parts_error
from core.models.families.clap import count_tokens
from core.models.families.latent_diffusion import LatentDiffusion, ModelParts, drop_encoder_pages
from core.models.families.t5 import T5, load_t5
from core.models.folder import ModelFolder
from core.models.text_to_audio_model import Conditioning


class AudioLdmT5(LatentDiffusion):
    """An AudioLDM model that reads words; see `TextToAudioModel` for what it offers.

    Args:
        parts: Everything but the text encoder.
        t5: The text encoder.
    """

    def __init__(self, parts: ModelParts, t5: T5) -> None:
        super().__init__(parts)
        self.t5 = t5

    @property
    def capabilities(self) -> Capabilities:
        """What the model can do with a request."""
        return Capabilities(
            max_prompt_tokens=self.count_tokens("")[1],
            reads_word_order=True,
            audio_to_audio=self._accepts_sound,
        )

    def count_tokens(self, prompt: str) -> tuple[int, int]:
        """Tokens of the prompt, and how many T5 reads."""
        return count_tokens(self.t5.tokenizer, prompt, self.t5.max_tokens)

    @torch.inference_mode()
    def encode_prompt(self, prompt: str, negative_prompt: str) -> Conditioning:
        """Encode both prompts; an empty one is unconditional generation, as in training.

        The shorter one is padded, since both are denoised in one call; the mask leaves no trace of
        the padding.
        """
        tokens = self.t5.tokenizer(
            [prompt, negative_prompt],
            padding=True,
            truncation=True,
            max_length=self.t5.max_tokens,
            return_tensors="pt",
        )
        words, mask = self.t5.encode(tokens)
        drop_encoder_pages(self.t5.text_encoder)
        return Conditioning.from_batch(
            {"encoder_hidden_states": words, "encoder_attention_mask": mask}
        )


@torch.inference_mode(False)  # ordinary tensors, even where the caller is in inference mode
def load_audioldm_t5(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> AudioLdmT5:
    """Load every part of a checked folder, and check that the parts belong together.

    Raises:
        ModelLoadError: A part is damaged or belongs to another model.
        Cancelled: The run was cancelled through `progress`.
    """
    parts = load_parts(folder, device=device, dtype=dtype, progress=progress)
    t5 = load_t5(folder, device=device, dtype=dtype, progress=progress)
    if attention_widths(parts.unet.config) != {t5.text_encoder.config.d_model}:
        raise mixed_parts_error(
            folder, "the unet attends to vectors of another width than its prompts are read to"
        )
    return AudioLdmT5(parts, t5)
