"""Encodes the prompts of a request, and what is spoken, as a track along the latents."""

from core.api.errors import InvalidRequestError
from core.api.events import Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.diffusion.prompt_track import PromptTrack
from core.models.loader import damage_refused
from core.models.text_to_audio_model import Conditioning, SpeakingModel, TextToAudioModel

FADE_SHARE = 4  # a fade is a quarter of the model's window, like the overlap of windows


def encode_prompts(
    model: TextToAudioModel, request: GenerationRequest, progress: Progress
) -> PromptTrack:
    """Encode every prompt of the request, each active from its start time on.

    Of prompts that begin within the same latent frame, the last one counts. A model that speaks
    says the same text with all of them.

    Raises:
        ModelLoadError: A text encoder cannot run, or gives values that are not finite: its settings
            are wrong, which shows only here.
        InvalidRequestError: What is to be spoken cannot be written in phonemes.
        Cancelled: The run was cancelled through `progress`.
    """
    prompts = {model.clock.frame_at(segment.start_s): segment.prompt for segment in request.prompts}
    for prompt in prompts.values():
        _warn_of_unread_words(model, prompt, progress)
    if isinstance(model, SpeakingModel):
        _warn_of_unspoken_phonemes(model, request.transcription, progress)
    with damage_refused(request.model, "one of its text encoders"):
        encoded = tuple(
            _finite(_encode(model, request, prompt, progress)) for prompt in prompts.values()
        )
    return PromptTrack(
        encoded,
        starts=tuple(prompts),
        fade_frames=model.window_frames // FADE_SHARE,
    )


def check_speech(model: TextToAudioModel, request: GenerationRequest, num_frames: int) -> None:
    """Refuse what a model that speaks cannot do, and a text for one that does not.

    Args:
        model: The model.
        request: What is asked of it.
        num_frames: Latent frames that are denoised with one text.

    Raises:
        InvalidRequestError: With the field to change.
    """
    name, is_empty = model.card.name, not request.transcription.strip()
    if not model.capabilities.speaks:
        if not is_empty:
            raise InvalidRequestError(
                "transcription",
                f"{name} does not speak: leave out the text that is to be spoken, or choose a "
                "model that speaks.",
            )
        return
    if is_empty:
        raise InvalidRequestError(
            "transcription",
            f"{name} speaks a text: write what it is to say. The prompt says who speaks, and how.",
        )
    if num_frames > model.window_frames:
        window_s = model.clock.seconds_of(model.window_frames)
        raise InvalidRequestError(
            "duration_s",
            f"{name} speaks for up to {window_s:.4g} s at a time, and a continuation adds up to "
            "half of that: ask for no more, and speak a longer text in several sounds.",
        )


def _encode(
    model: TextToAudioModel, request: GenerationRequest, prompt: str, progress: Progress
) -> Conditioning:
    if isinstance(model, SpeakingModel):
        return model.encode_speech(prompt, request.negative_prompt, request.transcription, progress)
    return model.encode_prompt(prompt, request.negative_prompt)


def _finite(conditioning: Conditioning) -> Conditioning:
    """The same encoded prompts.

    Raises:
        ValueError: They are not finite.
    """
    for name, values in (*conditioning.positive.items(), *conditioning.negative.items()):
        if not values.isfinite().all():
            raise ValueError(f"its text encoders give values that are not finite: {name}")
    return conditioning


def _warn_of_unread_words(model: TextToAudioModel, prompt: str, progress: Progress) -> None:
    num_tokens, num_read = model.count_tokens(prompt)
    if num_tokens > num_read:
        progress.emit(
            Notice(
                f"The prompt is longer than {model.card.name} reads: it hears the first {num_read} "
                f"of {num_tokens} tokens."
            )
        )


def _warn_of_unspoken_phonemes(
    model: SpeakingModel, transcription: str, progress: Progress
) -> None:
    num_phonemes, num_spoken = model.count_spoken(transcription)
    if num_phonemes > num_spoken:
        progress.emit(
            Notice(
                f"The text to be spoken is too long: the first {num_spoken} of {num_phonemes} "
                "phonemes are read."
            )
        )
