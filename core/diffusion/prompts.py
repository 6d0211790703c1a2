"""The prompts of a request, read by a model and laid along the latents."""

import math

from core.api.events import Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.diffusion.prompt_track import PromptTrack
from core.models.text_to_audio_model import TextToAudioModel

FADE_SHARE = 4  # a fade takes one part in four of the model's window, as windows overlap


def read_prompts(
    model: TextToAudioModel, request: GenerationRequest, progress: Progress
) -> PromptTrack:
    """Read every prompt of the request, each to be heard from its second on.

    Prompts that begin within the same latent frame cannot be told apart; the last one counts.
    """
    heard = {latent_frame(model, segment.start_s): segment.prompt for segment in request.prompts}
    for prompt in heard.values():
        _warn_of_unread_words(model, prompt, progress)
    return PromptTrack(
        tuple(model.encode_prompt(prompt, request.negative_prompt) for prompt in heard.values()),
        starts=tuple(heard),
        fade_frames=model.card.window_frames // model.time_scale // FADE_SHARE,
    )


def num_latent_frames(model: TextToAudioModel, duration_s: float) -> int:
    """Latent frames that cover `duration_s`: rounded up to a whole one, as AudioLDM does."""
    mel_frames = math.ceil(duration_s * model.vocoder.sampling_rate / model.vocoder.hop_length)
    return math.ceil(mel_frames / model.time_scale)


def latent_frame(model: TextToAudioModel, time_s: float) -> int:
    """The latent frame that sounds at `time_s`."""
    frame_samples = model.vocoder.hop_length * model.time_scale
    return math.floor(time_s * model.vocoder.sampling_rate / frame_samples)


def _warn_of_unread_words(model: TextToAudioModel, prompt: str, progress: Progress) -> None:
    has, reads = model.count_tokens(prompt)
    if has > reads:
        progress.emit(
            Notice(
                f"The prompt is longer than {model.card.name} reads: it hears the first {reads} "
                f"of {has} tokens."
            )
        )
