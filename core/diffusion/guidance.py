"""Classifier-free guidance: one prediction out of two, away from the negative prompt."""

import torch
from torch import Tensor

from core.diffusion.prompt_track import Predict
from core.models.interface import Conditioning, TextToAudioModel


def guided(model: TextToAudioModel, conditioning: Conditioning, w: float) -> Predict:
    """The model's prediction under a prompt, with guidance scale `w`.

    Implements classifier-free guidance (Ho & Salimans 2022, arXiv 2207.12598, eq. 6) in the form
    eps = eps(x, negative) + w (eps(x, prompt) - eps(x, negative)), whose w is the paper's 1 + w
    and whose negative prompt is empty in the paper. Both predictions are made in one
    call. At w <= 1 there is no guidance, and half the work. Several windows of a clip may come one
    after another along the batch: each is predicted under the same prompt.
    """

    def predict_prompt(x: Tensor, t: Tensor) -> Tensor:
        return model.predict(x, t, _for_each(conditioning.positive, len(x)))

    def predict(x: Tensor, t: Tensor) -> Tensor:
        negative = _for_each(conditioning.negative, len(x))
        positive = _for_each(conditioning.positive, len(x))
        both = {name: torch.cat([negative[name], positive[name]]) for name in positive}
        eps_negative, eps_prompt = model.predict(torch.cat([x, x]), t, both).chunk(2)
        return eps_negative + w * (eps_prompt - eps_negative)

    return predict_prompt if w <= 1 else predict


def _for_each(prompt: dict[str, Tensor], batch: int) -> dict[str, Tensor]:
    """A prompt's tensors (B, ...), once for each window: (batch, ...)."""
    return {
        name: values.repeat(batch // len(values), *(1 for _ in values.shape[1:]))
        for name, values in prompt.items()
    }
