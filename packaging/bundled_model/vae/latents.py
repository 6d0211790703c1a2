"""Latents of whole sets, computed once: the generator never sees a spectrogram."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from torch import Tensor

from bundled_model.data.clip import ClipPlan
from bundled_model.data.clip_store import ClipStore
from bundled_model.precision import bfloat16
from bundled_model.stale import require_clips
from bundled_model.training import PARTS

ENCODED_AT_ONCE = 8


@dataclass(frozen=True)
class LatentStore:
    """A set's latents, scaled to a deviation of one.

    Attributes:
        means: Means of the posteriors, shape (clips, C, T/8, F/8), float16.
        deviations: Their standard deviations, same shape.
        scaling_factor: What the codec's latents were multiplied by.
        plans: What each clip holds.
    """

    means: Tensor
    deviations: Tensor
    scaling_factor: float
    plans: tuple[ClipPlan, ...]

    def __len__(self) -> int:
        return len(self.plans)

    def sample(self, numbers: Tensor, generator: torch.Generator) -> Tensor:
        """Return latents drawn from the posteriors of some clips, float32."""
        noise = torch.randn((len(numbers), *self.means.shape[1:]), generator=generator)
        return self.means[numbers].float() + self.deviations[numbers].float() * noise


def encode_set(
    vae: AutoencoderKL, clips: ClipStore, path: Path, scaling_factor: float | None = None
) -> LatentStore:
    """Return the latents of a set, from `path` if they were computed before.

    Args:
        vae: The codec, of which the encoder is used.
        clips: What to encode.
        path: Where the latents are kept.
        scaling_factor: The training set's factor; measured on this set when left out.

    Raises:
        StaleFilesError: `path` holds latents of more clips or fewer.
    """
    if not path.exists():
        means, deviations = _encode(vae, clips)
        factor = scaling_factor or 1 / means.float().std().item()
        state = {"means": means * factor, "deviations": deviations * factor, "factor": factor}
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").rename(path)
    state = torch.load(path, weights_only=True)
    require_clips(path, len(state["means"]), len(clips))
    return LatentStore(state["means"], state["deviations"], state["factor"], clips.plans)


def _encode(vae: AutoencoderKL, clips: ClipStore) -> tuple[Tensor, Tensor]:
    """Return means and deviations of all posteriors, unscaled, float16."""
    pieces = torch.arange(len(clips)).split(ENCODED_AT_ONCE)
    with ThreadPoolExecutor(PARTS, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        posteriors = pool.map(lambda numbers: _posterior(vae, clips.batch(numbers)), pieces)
        means, deviations = zip(*posteriors, strict=True)
    return torch.cat(means), torch.cat(deviations)


@torch.inference_mode()
def _posterior(vae: AutoencoderKL, log_mel: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and deviation of the posteriors of some clips, float16."""
    with bfloat16():
        posterior = vae.encode(log_mel).latent_dist
    return posterior.mean.half(), posterior.std.half()
