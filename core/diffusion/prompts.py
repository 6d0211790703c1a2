"""Encodes the prompts of a request, and what is spoken, as a track along the latents."""

from core.api.errors import InvalidRequestError
from core.api.events import Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.diffusion.prompt_track import PromptTrack
from core.models.loader import damage_refused
from core.models.text_to_audio_model import (
    Conditioning,
    SingingModel,
    Song,
    SpeakingModel,
    TextToAudioModel,
)

FADE_SHARE = 4  # a fade is a quarter of the model's window, like the overlap of windows
LONGEST_FADE_S = 12.0


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
    if isinstance(model, SingingModel):
        _warn_of_unsung_tokens(model, _song(model, request), progress)
    with damage_refused(request.model, "one of its text encoders"):
        encoded = tuple(
            _finite(_encode(model, request, prompt, progress)) for prompt in prompts.values()
        )
    return PromptTrack(
        encoded,
        starts=tuple(prompts),
        fade_frames=min(model.window_frames // FADE_SHARE, model.clock.num_frames(LONGEST_FADE_S)),
    )


def check_request(model: TextToAudioModel, request: GenerationRequest, num_frames: int) -> None:
    """Refuse what a model cannot do with the texts and the guidance of a request.

    Args:
        model: The model.
        request: What is asked of it.
        num_frames: Latent frames that are denoised with one text.

    Raises:
        InvalidRequestError: With the field to change.
    """
    name, capabilities = model.card.name, model.capabilities
    if request.guidance_scale > 1 and not capabilities.guided:
        raise InvalidRequestError(
            "guidance_scale",
            f"{name} was distilled to follow its prompt without guidance, which would only distort "
            "its sound: set the guidance to 1.",
        )
    if request.negative_prompt.strip() and not capabilities.reads_negative_prompt:
        raise InvalidRequestError(
            "negative_prompt", f"{name} reads no negative prompt: leave it empty."
        )
    _check_song(model, request, num_frames)
    _check_speech(model, request, num_frames)


def _check_song(model: TextToAudioModel, request: GenerationRequest, num_frames: int) -> None:
    """Refuse lyrics that do not fit into a window, and all of a song where a model does not sing.

    Each window would sing all of the lyrics, from their beginning.
    """
    name = model.card.name
    if not model.capabilities.sings:
        for field in ("lyrics", "bpm", "key", "beats"):
            if getattr(request, field):
                raise InvalidRequestError(
                    field,
                    f"{name} reads neither lyrics nor a tempo or a key: leave them out, or choose "
                    "a model that sings.",
                )
    elif request.lyrics.strip() and num_frames > model.window_frames:
        window_s = model.clock.seconds_of(model.window_frames)
        raise InvalidRequestError(
            "lyrics",
            f"{name} sings for up to {window_s:.4g} s in one go, and longer sounds have no place "
            "for lyrics: ask for no more, or leave the lyrics out.",
        )


def _check_speech(model: TextToAudioModel, request: GenerationRequest, num_frames: int) -> None:
    """Refuse what a model that speaks cannot do, and a text for one that does not."""
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
    if isinstance(model, SingingModel):
        return model.encode_song(prompt, request.negative_prompt, _song(model, request))
    return model.encode_prompt(prompt, request.negative_prompt)


def _song(model: TextToAudioModel, request: GenerationRequest) -> Song:
    """What is sung in one clip: of a longer sound, in a window of it."""
    window_s = model.clock.seconds_of(model.window_frames)
    return Song(
        min(request.duration_s, window_s),
        request.lyrics,
        request.lyrics_language,
        request.bpm,
        request.key,
        request.beats,
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


def _warn_of_unsung_tokens(model: SingingModel, song: Song, progress: Progress) -> None:
    num_tokens, num_sung = model.count_sung(song)
    if num_tokens > num_sung:
        progress.emit(
            Notice(
                f"The lyrics are too long: the first {num_sung} of {num_tokens} tokens are sung."
            )
        )
