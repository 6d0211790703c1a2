"""Encodes the prompts of a request as a track along the latents."""

import math

from core.api.events import Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.diffusion.prompt_track import PromptTrack
from core.models.loader import damage_refused
from core.models.text_to_audio_model import Conditioning, TextToAudioModel

FADE_SHARE = 4  # a fade is a quarter of the model's window, like the overlap of windows


def encode_prompts(
    model: TextToAudioModel, request: GenerationRequest, progress: Progress
) -> PromptTrack:
    """Encode every prompt of the request, each active from its start time on.

    Of prompts that begin within the same latent frame, the last one counts.

    Raises:
        ModelLoadError: A text encoder cannot run, or gives values that are not finite: its settings
            are wrong, which shows only here.
    """
    prompts = {latent_frame(model, segment.start_s): segment.prompt for segment in request.prompts}
    for prompt in prompts.values():
        _warn_of_unread_words(model, prompt, progress)
    with damage_refused(request.model, "one of its text encoders"):
        encoded = tuple(
            _finite(model.encode_prompt(prompt, request.negative_prompt))
            for prompt in prompts.values()
        )
    return PromptTrack(
        encoded,
        starts=tuple(prompts),
        fade_frames=model.card.window_frames // model.time_scale // FADE_SHARE,
    )


def _finite(conditioning: Conditioning) -> Conditioning:
    """The same encoded prompts.

    Raises:
        ValueError: They are not finite.
    """
    for name, values in (*conditioning.positive.items(), *conditioning.negative.items()):
        if not values.isfinite().all():
            raise ValueError(f"its text encoders give values that are not finite: {name}")
    return conditioning


def num_latent_frames(model: TextToAudioModel, duration_s: float) -> int:
    """Latent frames that cover `duration_s`, rounded up as AudioLDM does."""
    mel_frames = math.ceil(duration_s * model.vocoder.sampling_rate / model.vocoder.hop_length)
    return math.ceil(mel_frames / model.time_scale)


def latent_frame(model: TextToAudioModel, time_s: float) -> int:
    """The latent frame at `time_s`."""
    frame_samples = model.vocoder.hop_length * model.time_scale
    return math.floor(time_s * model.vocoder.sampling_rate / frame_samples)


def _warn_of_unread_words(model: TextToAudioModel, prompt: str, progress: Progress) -> None:
    num_tokens, num_read = model.count_tokens(prompt)
    if num_tokens > num_read:
        progress.emit(
            Notice(
                f"The prompt is longer than {model.card.name} reads: it hears the first {num_read} "
                f"of {num_tokens} tokens."
            )
        )
