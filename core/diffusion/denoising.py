"""The table of contents of denoising: noise becomes latents, under prompts, window by window."""

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict, Unpack

import torch
from torch import Tensor

from core.api.config import Blend
from core.api.errors import InvalidRequestError, NonFiniteError
from core.api.progress import Progress
from core.api.region import Span
from core.diffusion.guidance import guided
from core.diffusion.inpainting import Inpainting, KnownLatents, begin, keeping, put_back
from core.diffusion.latent_clip import ClipInMemory, LatentClip, is_finite
from core.diffusion.prompt_track import PromptTrack, along
from core.diffusion.run_checkpoint import RunCheckpoint
from core.diffusion.sampler import Sampler
from core.diffusion.sampling_loop import walk
from core.diffusion.windows import PredictClip, plan_windows, windowed
from core.models.text_to_audio_model import Conditioning, TextToAudioModel


class DenoisingSettings(TypedDict):
    """How to denoise.

    Attributes:
        scheduler: A fresh diffusers scheduler.
        num_inference_steps: Steps; a scheduler of order 2 predicts twice in each.
        guidance_scale: Strength of classifier-free guidance; 1 and below is none.
        progress: Hears of every step, and may cancel before any prediction.
        source: The sound to start from; None = noise alone.
        held: Latents to be kept; None = everything is made.
        blend: Whose prediction counts where windows overlap.
        windows_at_once: Windows that the denoiser sees in one call.
        unfinished: Where steps are kept, and where this run may have been before; with it the
            result is the same to the bit, however often it was interrupted.
    """

    scheduler: Any
    num_inference_steps: int
    guidance_scale: float
    progress: Progress
    source: NotRequired[KnownLatents | None]
    held: NotRequired[Inpainting | None]
    blend: NotRequired[Blend]
    windows_at_once: NotRequired[int]
    unfinished: NotRequired[RunCheckpoint | None]


def denoise(
    model: TextToAudioModel,
    conditioning: Conditioning | PromptTrack,
    noise: Tensor,
    **way: Unpack[DenoisingSettings],
) -> Tensor:
    """What `denoise_clip` makes of noise (1, C, T, F), as another tensor in memory."""
    clip = ClipInMemory(noise.to(model.device, torch.float32))
    denoise_clip(model, conditioning, clip, **way)
    return clip.latents


def denoise_clip(
    model: TextToAudioModel,
    conditioning: Conditioning | PromptTrack,
    clip: LatentClip,
    **way: Unpack[DenoisingSettings],
) -> None:
    """Take the noise out of a clip under the prompt; long clips in windows along time.

    Args:
        model: The denoiser.
        conditioning: Prompt and negative prompt, or several of them along time.
        clip: Standard normal noise (1, C, T, F), float32, on the model's device; becomes latents.
            The arithmetic between the predictions is float32 whatever the model's precision.
        way: See `DenoisingSettings`.

    Raises:
        InvalidRequestError: The scheduler has fewer steps than were asked for.
        NonFiniteError: The denoiser gave NaN or infinity.
        DiskError: There is no room for a long clip.
        Cancelled: The run was cancelled through `progress`.
    """
    scheduler, num_steps = way["scheduler"], way["num_inference_steps"]
    source, held = way.get("source"), way.get("held")
    _set_timesteps(scheduler, num_steps, model.device)
    keep = keeping(held, clip, scheduler)
    skipped = 0 if source is None else source.skipped_steps(num_steps)
    begin(clip, scheduler, source, skipped)
    walk(
        _predictor(model, conditioning, clip.shape[2], way),
        clip,
        Sampler(scheduler, clip.shape[2]),
        way["progress"],
        skipped_steps=skipped,
        keep=keep,
        unfinished=way.get("unfinished"),
    )
    if held is not None:
        put_back(held, clip)
    if not is_finite(clip):
        raise NonFiniteError("denoiser")


def _predictor(
    model: TextToAudioModel,
    conditioning: Conditioning | PromptTrack,
    num_frames: int,
    way: DenoisingSettings,
) -> PredictClip:
    """The guided denoiser of a clip, under the prompts of each time."""
    track = conditioning if isinstance(conditioning, PromptTrack) else PromptTrack((conditioning,))
    predicts = [guided(model, prompt, way["guidance_scale"]) for prompt in track.conditionings]
    predict_windows = along(track, predicts)

    def predict_or_leave(x: Tensor, t: Tensor, windows: Sequence[Span]) -> Tensor:
        way["progress"].check_cancelled()
        return predict_windows(x, t, windows)

    return windowed(
        predict_or_leave,
        plan_windows(model, num_frames),
        way.get("blend", Blend.AVERAGE),
        way.get("windows_at_once", 1),
    )


def _set_timesteps(scheduler: Any, num_inference_steps: int, device: torch.device) -> None:
    """Lay out the timesteps; many schedulers fail obscurely when asked for too many."""
    config = scheduler.config
    most = config.num_train_timesteps - config.get("steps_offset", 0)
    if num_inference_steps > most:
        raise InvalidRequestError(
            "num_inference_steps",
            f"This model's {type(scheduler).__name__} walks at most {most} steps, not "
            f"{num_inference_steps}; ask for fewer, or choose another scheduler.",
        )
    scheduler.set_timesteps(num_inference_steps, device=device)
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(0)  # else a first timestep that occurs twice skips one step
