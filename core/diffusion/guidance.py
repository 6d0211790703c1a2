"""Classifier-free guidance: combines two predictions, away from the negative prompt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from core.api.events import Notice
from core.api.progress import Progress
from core.api.region import Span
from core.diffusion.inpainting import Inpainting
from core.diffusion.projected_guidance import GuidanceMemory, projected
from core.diffusion.prompt_track import PredictWindows
from core.models.text_to_audio_model import (
    Conditioning,
    InpaintingModel,
    PlacedModel,
    ProjectingModel,
    TextToAudioModel,
)
from core.runtime.compute_threads import run_side_by_side
from core.runtime.precision import HALF, is_finite

_TINY = 1e-6
_KNOWN_WEIGHT = 0.5  # from here on a model is told that latents are known

Prompt = dict[str, Tensor]
"""The tensors of one prompt, as the denoiser takes them."""

PredictPrompt = Callable[[Tensor, Tensor, Prompt], Tensor]
"""(latents (B, C, T, F), timestep, tensors of the prompt) -> prediction (B, C, T, F)."""


@dataclass(frozen=True, slots=True)
class ClipPlace:
    """The place of a clip in a sound, which some models are conditioned on.

    Attributes:
        total_s: Length of the sound in seconds.
        start_s: Where the clip begins in it.
    """

    total_s: float
    start_s: float = 0.0


def guided_denoiser(
    model: TextToAudioModel,
    conditioning: Conditioning,
    w: float,
    predict_one: PredictPrompt | None = None,
    *,
    place: ClipPlace | None = None,
    known: Inpainting | None = None,
    memory: GuidanceMemory | None = None,
) -> PredictWindows:
    """The model's prediction under a prompt, with guidance scale `w`.

    Implements classifier-free guidance (Ho & Salimans 2022, arXiv 2207.12598, eq. 6) in the form
    eps = eps(x, negative) + w (eps(x, prompt) - eps(x, negative)), whose w is the paper's 1 + w
    and whose negative prompt is empty in the paper. Both predictions are made in one call, which
    takes 0.91 of the time of two, or side by side on half of a processor's threads each
    (`goes_side_by_side`). At w <= 1 there is no guidance, and half the work. The batch may hold
    several windows of a clip: each is predicted under the same prompt.

    Where a model's card states an interval of timesteps, only these are guided (Kynkäänniemi et al.
    2024, arXiv 2404.07724): at high noise guidance does harm, at low noise it changes little.

    Args:
        model: The denoiser.
        conditioning: Prompt and negative prompt.
        w: The guidance scale.
        predict_one: One call of the denoiser; None = the model's own.
        place: The place of the clip; None = it begins a sound of a window's length.
        known: What is known of the clip, for a model that fills in the rest itself.
        memory: What projected guidance keeps between steps; None = nothing.
    """
    interval, call = model.card.guidance_timesteps, predict_one or model.predict
    predict_both, combine = _both_predictions(model, call), _combination(model, w, memory)

    def told(prompt: Prompt, x: Tensor, windows: Sequence[Span]) -> Prompt:
        placed = _placed(model, prompt, windows, place)
        return _for_each(_with_known(model, placed, windows, known), len(x))

    def predict_prompt(x: Tensor, t: Tensor, windows: Sequence[Span]) -> Tensor:
        return call(x, t, told(conditioning.positive, x, windows))

    def predict(x: Tensor, t: Tensor, windows: Sequence[Span]) -> Tensor:
        if interval is not None and not interval[0] <= float(t) <= interval[1]:
            return predict_prompt(x, t, windows)
        sides = (told(one, x, windows) for one in (conditioning.negative, conditioning.positive))
        eps_negative, eps_prompt = predict_both(x, t, *sides)
        return combine(eps_negative, eps_prompt, windows)

    return predict_prompt if w <= 1 else predict


def _combination(
    model: TextToAudioModel, w: float, memory: GuidanceMemory | None
) -> Callable[[Tensor, Tensor, Sequence[Span]], Tensor]:
    """How predictions under the negative prompt and under the prompt become one.

    Where a model's card says so, the prediction is rescaled afterwards (Lin et al. 2024, arXiv
    2305.08891, eq. 14 to 16): guidance makes predictions louder than those in training. A
    `ProjectingModel` gets adaptive projected guidance instead; see `projected`.
    """
    rescale = model.card.guidance_rescale

    def combined(eps_negative: Tensor, eps_prompt: Tensor, _windows: Sequence[Span]) -> Tensor:
        eps = eps_negative + w * (eps_prompt - eps_negative)
        return _rescaled(eps, eps_prompt, rescale) if rescale else eps

    if not isinstance(model, ProjectingModel):
        return combined
    constants = model.projected_guidance

    def projecting(negative: Tensor, prompt: Tensor, windows: Sequence[Span]) -> Tensor:
        difference = prompt - negative
        if memory is not None:
            difference = memory.summed(difference, windows, constants.momentum)
        return projected(prompt, difference, w, constants.threshold)

    return projecting


def _both_predictions(
    model: TextToAudioModel, call: PredictPrompt
) -> Callable[[Tensor, Tensor, Prompt, Prompt], Sequence[Tensor]]:
    """Predict under the negative prompt and under the prompt: in one call, or side by side."""

    def predict_both(x: Tensor, t: Tensor, negative: Prompt, positive: Prompt) -> Sequence[Tensor]:
        if goes_side_by_side(model):
            return run_side_by_side([partial(call, x, t, each) for each in (negative, positive)])
        both = {name: torch.cat([negative[name], positive[name]]) for name in positive}
        return call(torch.cat([x, x]), t, both).chunk(2)

    return predict_both


def goes_side_by_side(model: TextToAudioModel) -> bool:
    """Whether the predictions with and without the prompt share a processor's threads evenly.

    Measured at 10 s on two threads, against one call for both: AudioLDM s takes 0.86 to 0.92 of the
    time, AudioLDM2 0.93 to 0.98, two windows of the bundled model 0.84. Where other programs keep
    the processor busy, those two windows take a quarter to a third.

    In half precision a fallback may have to convert the network, which serves both.
    """
    is_even = torch.get_num_threads() % 2 == 0
    return model.device.type == "cpu" and is_even and model.dtype not in HALF


def with_fallback(model: TextToAudioModel, progress: Progress) -> PredictPrompt:
    """The model's prediction, again in float32 where half precision overflows; reported once.

    Only half precision is checked: to read the flag makes the host wait for the device.
    """
    if model.dtype not in HALF:
        return model.predict
    reported = False

    def predict(x: Tensor, t: Tensor, prompt: Prompt) -> Tensor:
        nonlocal reported
        prediction = model.predict(x, t, prompt)
        if is_finite(prediction):
            return prediction
        if not reported:
            progress.emit(
                Notice(
                    "Half precision overflowed in the denoiser: where it did, this sound is "
                    "computed again in float32."
                )
            )
        reported = True
        return model.predict_in_float32(x, t, prompt)

    return predict


def _rescaled(eps: Tensor, eps_prompt: Tensor, share: float) -> Tensor:
    """A guided prediction (B, C, T, F), with `share` of the rescaling to the prompt's deviation."""
    target, own = (x.std(dim=(1, 2, 3), keepdim=True).clamp(min=_TINY) for x in (eps_prompt, eps))
    return eps * (1 + share * (target / own - 1))


def _placed(
    model: TextToAudioModel,
    prompt: Prompt,
    windows: Sequence[Span],
    place: ClipPlace | None,
) -> Prompt:
    """A prompt's tensors with the place of each window, where the model is conditioned on it."""
    if not isinstance(model, PlacedModel):
        return prompt
    place = place or ClipPlace(model.clock.seconds_of(model.window_frames))
    starts_s = [place.start_s + model.clock.seconds_of(window.start) for window in windows]
    return model.placed(prompt, starts_s, place.total_s)


def _with_known(
    model: TextToAudioModel, prompt: Prompt, windows: Sequence[Span], known: Inpainting | None
) -> Prompt:
    """A prompt's tensors with what is known of each window, where the model fills in the rest."""
    if known is None or not isinstance(model, InpaintingModel):
        return prompt
    latents, weights = (
        torch.cat([values[:, :, window.slice] for window in windows])
        for values in (known.latents, known.weights)
    )
    return model.knowing(prompt, latents, (weights >= _KNOWN_WEIGHT).to(latents))


def _for_each(prompt: dict[str, Tensor], batch: int) -> dict[str, Tensor]:
    """A prompt's tensors (B, ...), repeated for each window: (batch, ...)."""
    return {
        name: values.repeat(batch // len(values), *(1 for _ in values.shape[1:]))
        for name, values in prompt.items()
    }
