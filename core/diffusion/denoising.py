"""Denoising from end to end: noise becomes latents under prompts, window by window."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, NotRequired, TypedDict, Unpack

import torch
from torch import Tensor

from core.api.config import Blend
from core.api.errors import InvalidRequestError, NonFiniteError
from core.api.progress import Progress
from core.api.region import Span
from core.api.request import MAX_SEED
from core.diffusion.guidance import ClipPlace, guided_denoiser, with_fallback
from core.diffusion.inpainting import (
    ClipWindow,
    Inpainting,
    SourceLatents,
    WindowProgress,
    continue_windows,
    known_blending,
    restore_known,
    start_from,
)
from core.diffusion.latent_clip import ClipInMemory, LatentClip, all_finite
from core.diffusion.noise import StepNoise
from core.diffusion.projected_guidance import GuidanceMemory
from core.diffusion.prompt_track import PredictWindows, PromptTrack, mix_prompts
from core.diffusion.run_checkpoint import RunCheckpoint
from core.diffusion.sampler import Sampler
from core.diffusion.sampling_loop import run_steps
from core.diffusion.shared_windows import serve_windows
from core.diffusion.windows import PredictClip, plan_windows, predict_in_windows
from core.models.noise_paths.beta_path import draws_noise
from core.models.text_to_audio_model import Conditioning, InpaintingModel, TextToAudioModel
from core.peers.alone import ALONE
from core.peers.peers import Peers


class DenoisingSettings(TypedDict):
    """The settings of a denoising run.

    Attributes:
        scheduler: A new diffusers scheduler of the model's noise path.
        num_inference_steps: Steps; a scheduler of order 2 predicts twice in each.
        guidance_scale: Strength of classifier-free guidance; 1 and below is none.
        seed: The seed that the noise was drawn with; a sampler that draws more goes on from there.
        progress: Receives every step, and may cancel before any prediction.
        source: The sound to start from; None = noise alone.
        inpainting: Known latents that stay; None = everything is denoised.
        blend: How predictions are combined where windows overlap.
        windows_at_once: Windows in one call of the denoiser.
        checkpoint: Where steps are saved, and resumed from; the result is the same to the bit,
            however often the run was interrupted. None = nowhere.
        peers: Ranks that predict some of the windows by `assist_denoising`; this is the first.
        last_on_demand: Whether the returned clip makes the last step as far as it is read, so that
            its beginning is final before all of it is. Without inpainting.
        when_finished: Called when all steps are done, at once or on demand.
        place: Where the clip lies in the sound; None = it begins a sound of a window's length.
    """

    scheduler: Any
    num_inference_steps: int
    guidance_scale: float
    seed: int
    progress: Progress
    source: NotRequired[SourceLatents | None]
    inpainting: NotRequired[Inpainting | None]
    blend: NotRequired[Blend]
    windows_at_once: NotRequired[int]
    checkpoint: NotRequired[RunCheckpoint | None]
    peers: NotRequired[Peers]
    last_on_demand: NotRequired[bool]
    when_finished: NotRequired[Callable[[], None]]
    place: NotRequired[ClipPlace | None]


def denoise(
    model: TextToAudioModel,
    conditioning: Conditioning | PromptTrack,
    noise: Tensor,
    **settings: Unpack[DenoisingSettings],
) -> Tensor:
    """Denoise noise (1, C, T, F) in memory as `denoise_clip` does; returns another tensor."""
    clip = ClipInMemory(noise.to(model.device, torch.float32))
    denoise_clip(model, conditioning, clip, **settings)
    return clip.latents


def denoise_clip(
    model: TextToAudioModel,
    conditioning: Conditioning | PromptTrack,
    clip: LatentClip,
    **settings: Unpack[DenoisingSettings],
) -> LatentClip:
    """Denoise a clip under the prompt, in place; long clips in windows along time.

    Args:
        model: The denoiser.
        conditioning: Prompt and negative prompt, or several of them along time.
        clip: Standard normal noise (1, C, T, F), float32, on the model's device; becomes latents.
            The arithmetic between the predictions is float32 whatever the model's precision.
        settings: See `DenoisingSettings`.

    Returns:
        The clip, or one that makes the last step on demand: reading it may raise the same.

    Raises:
        InvalidRequestError: The scheduler has fewer steps than requested.
        NonFiniteError: The denoiser's output is NaN or infinite.
        DiskError: The disk has no space for a long clip.
        Cancelled: The run was cancelled through `progress`.
    """
    track = conditioning if isinstance(conditioning, PromptTrack) else PromptTrack((conditioning,))
    windows = plan_windows(model, clip.shape[2]).windows
    if len(windows) > 1 and isinstance(model, InpaintingModel):
        _continue(model, track, clip, windows, settings)
        return clip
    return _denoise_together(model, track, clip, settings)


def _denoise_together(
    model: TextToAudioModel, track: PromptTrack, clip: LatentClip, settings: DenoisingSettings
) -> LatentClip:
    """Denoise all windows of a clip step by step."""
    scheduler, num_steps = settings["scheduler"], settings["num_inference_steps"]
    source, inpainting = settings.get("source"), settings.get("inpainting")
    _set_timesteps(scheduler, num_steps, model.device)
    is_blended = not isinstance(model, InpaintingModel)  # which is told what is known
    blend_known = known_blending(
        inpainting if is_blended else None, clip, model.noise_path, scheduler
    )
    skipped = 0 if source is None else _skip_steps(scheduler, source, num_steps)
    start_from(clip, model.noise_path, scheduler, source, skipped)
    when_finished = settings.get("when_finished", lambda: None)
    in_last_step = run_steps(
        _predictor(model, track, clip.shape[2], settings),
        clip,
        _sampler(scheduler, clip, settings["seed"]),
        model.noise_path,
        settings["progress"],
        skipped_steps=skipped,
        blend_known=blend_known,
        checkpoint=settings.get("checkpoint"),
        last_on_demand=settings.get("last_on_demand", False),
    )
    if in_last_step is not None:
        in_last_step.when_finished = when_finished
        return in_last_step
    _finish(clip, inpainting)
    when_finished()
    return clip


def _continue(
    model: TextToAudioModel,
    track: PromptTrack,
    clip: LatentClip,
    windows: tuple[Span, ...],
    settings: DenoisingSettings,
) -> None:
    """Denoise a clip window by window, each continuing the one before."""
    place = settings.get("place") or ClipPlace(model.clock.seconds_of(clip.shape[2]))
    mel_frames = model.clock.hop_length * model.mel.frames_per_second / model.clock.sample_rate

    def denoise_window(window: ClipWindow) -> Tensor:
        span = window.span
        frames = Span(round(span.start * mel_frames), round(span.stop * mel_frames))
        start_s = place.start_s + model.clock.seconds_of(span.start)
        own: DenoisingSettings = {
            **settings,
            # not the clip's own, whose noise begins with what its steps would draw
            "seed": (settings["seed"] + 1 + window.number) % (MAX_SEED + 1),
            "progress": WindowProgress(settings["progress"], window.number, len(windows), frames),
            "source": window.source,
            "inpainting": window.known,
            "checkpoint": None,
            "last_on_demand": False,
            "when_finished": lambda: None,
            "place": replace(place, start_s=start_s),
        }
        return denoise(model, track.beginning_at(span.start), window.noise, **own)

    source, inpainting = settings.get("source"), settings.get("inpainting")
    continue_windows(clip, windows, denoise_window, source=source, inpainting=inpainting)
    _finish(clip, inpainting)
    settings.get("when_finished", lambda: None)()


def _sampler(scheduler: Any, clip: LatentClip, seed: int) -> Sampler:
    step_noise = StepNoise(clip.shape, clip.device, seed) if draws_noise(scheduler) else None
    return Sampler(scheduler, clip.shape[2], step_noise)


def _finish(clip: LatentClip, inpainting: Inpainting | None) -> None:
    """Put known latents back after the last step, and check all of them."""
    if inpainting is not None:
        restore_known(inpainting, clip)
    if not all_finite(clip):
        raise NonFiniteError("denoiser")


def assist_denoising(
    model: TextToAudioModel,
    track: PromptTrack,
    guidance_scale: float,
    progress: Progress,
    peers: Peers,
    *,
    place: ClipPlace | None = None,
) -> None:
    """Predict windows for rank 0, which is in `denoise_clip`, until it needs no more.

    Args:
        model: The same denoiser, on this rank's device.
        track: The same prompts.
        guidance_scale: The same.
        progress: May cancel before any window.
        peers: The ranks; to be called inside `Peers.leaving_together`.
        place: Where the clip lies in the sound, as on rank 0.
    """
    own = SimpleNamespace()  # this rank has no sampler
    predict = _window_predictor(model, track, guidance_scale, progress, place=place, memories=own)
    serve_windows(predict, model.device, peers)


def _predictor(
    model: TextToAudioModel,
    track: PromptTrack,
    num_frames: int,
    settings: DenoisingSettings,
) -> PredictClip:
    """The guided denoiser of a clip, with the prompts along time."""
    return predict_in_windows(
        _window_predictor(
            model,
            track,
            settings["guidance_scale"],
            settings["progress"],
            place=settings.get("place"),
            known=settings.get("inpainting"),
            memories=settings["scheduler"],
        ),
        plan_windows(model, num_frames),
        settings.get("blend", Blend.AVERAGE),
        settings.get("windows_at_once", 1),
        settings.get("peers", ALONE),
    )


def _window_predictor(
    model: TextToAudioModel,
    track: PromptTrack,
    guidance_scale: float,
    progress: Progress,
    *,
    place: ClipPlace | None,
    known: Inpainting | None = None,
    memories: Any,
) -> PredictWindows:
    """The guided denoiser of single windows; what it keeps between steps is in `memories`."""
    predict_one = with_fallback(model, progress)
    predicts = [
        guided_denoiser(
            model,
            prompt,
            guidance_scale,
            predict_one,
            place=place,
            known=known,
            memory=GuidanceMemory(memories, number),
        )
        for number, prompt in enumerate(track.conditionings)
    ]
    predict_windows = mix_prompts(track, predicts)

    def predict_or_cancel(x: Tensor, t: Tensor, windows: Sequence[Span]) -> Tensor:
        progress.check_cancelled()
        return predict_windows(x, t, windows)

    return predict_or_cancel


def _set_timesteps(scheduler: Any, num_inference_steps: int, device: torch.device) -> None:
    """Set the timesteps; raise if there are too many, since schedulers fail obscurely then."""
    config = scheduler.config
    max_steps = config.num_train_timesteps - config.get("steps_offset", 0)
    if num_inference_steps > max_steps:
        raise InvalidRequestError(
            "num_inference_steps",
            f"This model's {type(scheduler).__name__} has at most {max_steps} steps, not "
            f"{num_inference_steps}; ask for fewer, or choose another scheduler.",
        )
    scheduler.set_timesteps(num_inference_steps, device=device)
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(0)  # else a scheduler whose first timestep occurs twice skips one


def _skip_steps(scheduler: Any, source: SourceLatents, num_inference_steps: int) -> int:
    """Skip steps at the noisy end; returns how many of the timesteps are still to be skipped.

    A sampler of few steps keeps all of them, and lays them between the source's level and the end.
    Two of diffusers' schedulers cannot begin later. PNDM predicts twice in its first step, so that
    its second timestep is there twice. LMS takes the index of a step for the number of predictions
    that it has. Both get the timesteps that are left as if they were all.
    """
    if hasattr(scheduler, "shorten"):
        scheduler.shorten(source.strength)
        return 0
    num_steps = source.skipped_steps(num_inference_steps)
    if num_steps and hasattr(scheduler, "plms_timesteps"):
        left = scheduler.timesteps.unique_consecutive()[num_steps:]
        scheduler.timesteps = torch.cat([left[:2], left[1:]])
        return 0
    if num_steps and hasattr(scheduler, "derivatives"):
        scheduler.timesteps = scheduler.timesteps[num_steps:]
        scheduler.sigmas = scheduler.sigmas[num_steps:]
        return 0
    return num_steps
