"""Decoding with the statistics of sliding windows, interpolated along time in every layer.

The alternative to cross-faded windows, kept to be measured against: no seams, but all of the clip's
activations are held at once. Attention sees half a window and both halves beside it. Law: a clip of
one window is decoded as the untiled network does.
"""

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch import Tensor

from core.tiled_vae.executors.stream_stages import AttentionStage
from core.tiled_vae.graph.barriers import Attention, GroupNorm
from core.tiled_vae.graph.geometry import whole_region
from core.tiled_vae.graph.graph_builder import decoder_queue
from core.tiled_vae.graph.patch import Patch
from core.tiled_vae.graph.segments import total_scale
from core.tiled_vae.graph.tasks import AddResidual, Layer, StoreResidual, Task


def decode_interpolated(vae: AutoencoderKL, latents: Tensor, window: int) -> Tensor:
    """Latents (1, C, T, F) to log-mel, float32.

    Args:
        vae: The network.
        latents: The clip.
        window: Over how many mel frames statistics are taken; neighbours share half of them.
    """
    queue = decoder_queue(vae)
    window_latents = window // total_scale(queue).up
    area = whole_region(*latents.shape[2:])
    patch = residual = Patch(latents, area, area)
    for task in queue:
        match task.to(latents.device, latents.dtype):
            case StoreResidual() as store:
                residual = store.residual(patch)
            case AddResidual() as add:
                add.add(patch.values, residual.values)
            case layer:
                patch = _run(layer, patch, window_latents, latents.shape[2])
    return patch.values


def _run(task: Task, patch: Patch, window_latents: int, num_latents: int) -> Patch:
    match task:
        case GroupNorm():
            length = window_latents * (patch.extent.time.length // num_latents)
            return patch.with_values(_normalised(task, patch.values, length))
        case Attention():
            attended = AttentionStage(task, max(1, window_latents // 2)).push(task, patch)
            assert attended is not None  # the whole clip went in, so all of it comes out
            return attended
        case Layer():
            return task.run(patch, task.reach.resize(patch.extent))
    raise TypeError(type(task).__name__)


def _normalised(norm: GroupNorm, values: Tensor, window: int) -> Tensor:
    """Group norm whose mean and variance change from frame to frame, values (1, C, T, F)."""
    length = values.shape[2]
    starts = [*range(0, length - window, window // 2), max(0, length - window)]
    seen = [norm.summarise(values[:, :, start : start + window]) for start in starts]
    # (N, G) -> (T, G) -> (C, T)
    hats = _hats([start + window / 2 for start in starts], length)
    mean, variance = (
        (hats @ torch.cat(parts)).repeat_interleave(values.shape[1] // norm.groups, dim=1).T
        for parts in ([m.mean for m in seen], [m.variance for m in seen])
    )
    scale = (variance + norm.eps).rsqrt()
    if norm.weight is not None:
        scale = scale * norm.weight.double()[:, None]
    shift = -mean * scale
    if norm.bias is not None:
        shift = shift + norm.bias.double()[:, None]
    return values * scale[..., None].to(values.dtype) + shift[..., None].to(values.dtype)


def _hats(centres: list[float], length: int) -> Tensor:
    """How much each window counts at each frame, (length, N), rows of sum 1."""
    frames = np.arange(length) + 0.5
    columns = [np.interp(frames, centres, row) for row in np.eye(len(centres))]
    return torch.from_numpy(np.stack(columns, axis=1))
