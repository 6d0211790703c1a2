"""Classifier-free guidance: one prediction out of two, away from the negative prompt."""

import torch
from torch import Tensor

from core.diffusion.windows import Predict
from core.models.interface import Conditioning, TextToAudioModel


def guided(model: TextToAudioModel, conditioning: Conditioning, w: float) -> Predict:
    """The model's prediction under a prompt, with guidance scale `w`.

    Implements classifier-free guidance (Ho & Salimans 2022, arXiv 2207.12598, eq. 6) in the form
    eps = eps(x, negative) + w (eps(x, prompt) - eps(x, negative)), whose w is the paper's 1 + w
    and whose negative prompt is empty in the paper. Both predictions are made in one
    call. At w <= 1 there is no guidance, and half the work.
    """
    if w <= 1:
        return lambda x, t: model.predict(x, t, conditioning.positive)
    both = {
        name: torch.cat([conditioning.negative[name], positive])
        for name, positive in conditioning.positive.items()
    }

    def predict(x: Tensor, t: Tensor) -> Tensor:
        eps_negative, eps_prompt = model.predict(torch.cat([x, x]), t, both).chunk(2)
        return eps_negative + w * (eps_prompt - eps_negative)

    return predict
