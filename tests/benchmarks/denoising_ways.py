"""One measurement of one way to denoise, in this process: prints time and error as JSON."""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from torch import Tensor

from core.api.progress import Progress
from core.api.request import Scheduler
from core.diffusion.denoising import denoise
from core.mel import MelParams
from core.models.families.latent_diffusion import LatentDiffusion, ModelParts
from core.models.text_to_audio_model import Conditioning, ModelCard
from core.vocoders.phase_reconstruction import PhaseReconstructionVocoder

GUIDANCE_SCALE = 2.5
LATENT_FRAMES_PER_SECOND = 25
SCHEDULE = {
    "num_train_timesteps": 1000,
    "beta_start": 0.0015,
    "beta_end": 0.0195,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
    "set_alpha_to_one": False,
    "steps_offset": 1,
}


def make_unet() -> UNet2DConditionModel:
    """AudioLDM's UNet in full size (audioldm-s), with seeded weights."""
    torch.manual_seed(0)
    widths = (128, 256, 384, 640)
    return (
        UNet2DConditionModel(
            sample_size=128,
            in_channels=8,
            out_channels=8,
            down_block_types=("DownBlock2D", *("CrossAttnDownBlock2D",) * 3),
            up_block_types=(*("CrossAttnUpBlock2D",) * 3, "UpBlock2D"),
            block_out_channels=widths,
            layers_per_block=2,
            attention_head_dim=8,
            cross_attention_dim=widths,
            class_embed_type="simple_projection",
            projection_class_embeddings_input_dim=512,
            class_embeddings_concat=True,
        )
        .eval()
        .requires_grad_(False)
    )


class _Vae:
    """As much of a VAE as `LatentDiffusion` asks for; it is never run."""

    device = torch.device("cpu")

    class config:  # noqa: N801
        scaling_factor = 0.9
        latent_channels = 8
        block_out_channels = (128, 256, 512)


def make_noise(seconds: float) -> tuple[Tensor, Tensor]:
    """Latents of noise (1, 8, T, 16), and CLAP's vectors of a prompt and its negative (2, 512)."""
    generator = torch.Generator().manual_seed(1)
    frames = round(seconds * LATENT_FRAMES_PER_SECOND)
    vectors = torch.randn(2, 512, generator=generator)
    noise = torch.randn(1, 8, frames, 16, generator=generator)
    return noise, torch.nn.functional.normalize(vectors, dim=-1)


Run = Callable[[Tensor, Tensor, int], Tensor]
"""From noise, vectors and a number of steps to latents."""


def stock(unet: UNet2DConditionModel) -> Run:
    """What diffusers' AudioLDMPipeline does between prompt and VAE, in float32."""

    def run(noise: Tensor, vectors: Tensor, steps: int) -> Tensor:
        scheduler = DDIMScheduler(**SCHEDULE)
        scheduler.set_timesteps(steps)
        latents = noise * scheduler.init_noise_sigma
        for t in scheduler.timesteps:
            both = scheduler.scale_model_input(torch.cat([latents] * 2), t)
            eps = unet(both, t, encoder_hidden_states=None, class_labels=vectors).sample
            negative, prompt = eps.chunk(2)
            eps = negative + GUIDANCE_SCALE * (prompt - negative)
            latents = scheduler.step(eps, t, latents).prev_sample
        return latents

    return run


def our_model(unet: UNet2DConditionModel, dtype: torch.dtype) -> LatentDiffusion:
    """Our model of a UNet in this precision; layers are exchanged once, as it is loaded."""
    return LatentDiffusion(
        ModelParts(
            card=ModelCard(name="", description="", licence="", window_frames=1024),
            mel=MelParams(),
            mel_is_stated=True,
            vae=_Vae(),
            unet=unet,
            rounds_products=dtype == torch.bfloat16,
            scheduler_config=SCHEDULE,
            vocoder=PhaseReconstructionVocoder(MelParams()),
        )
    )


def prompt_of(vectors: Tensor) -> Conditioning:
    """The prompt and its negative, from CLAP's vectors of both (2, 512)."""
    negative, positive = ({"class_labels": v[None]} for v in vectors)
    return Conditioning(positive=positive, negative=negative)


def ours(dtype: torch.dtype) -> Callable[[UNet2DConditionModel], Run]:
    """Our loop over our model in this precision."""

    def load(unet: UNet2DConditionModel) -> Run:
        model = our_model(unet, dtype)

        def run(noise: Tensor, vectors: Tensor, steps: int) -> Tensor:
            return denoise(
                model,
                prompt_of(vectors),
                noise,
                scheduler=model.noise_path.make_scheduler(Scheduler.DDIM),
                num_inference_steps=steps,
                guidance_scale=GUIDANCE_SCALE,
                seed=0,
                progress=Progress(),
            )

        return run

    return load


WAYS: dict[str, Callable[[UNet2DConditionModel], Run]] = {
    "stock float32": stock,
    "float32": ours(torch.float32),
    "bfloat16": ours(torch.bfloat16),
}


def main() -> None:
    """Run one way, and print what it took as one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    noise, vectors = make_noise(options.seconds)
    with torch.inference_mode():
        run = WAYS[options.way](make_unet())
        run(noise, vectors, 1)  # libraries load and kernels are chosen
        start_s, start_cpu_s = time.perf_counter(), time.process_time()
        latents = run(noise, vectors, options.steps)
        time_s, cpu_s = time.perf_counter() - start_s, time.process_time() - start_cpu_s
    if options.way == next(iter(WAYS)):
        torch.save(latents, options.truth)
    truth = torch.load(options.truth)
    error = float((latents.float() - truth).norm() / truth.norm())
    print(json.dumps({"time_s": time_s, "cpu_s": cpu_s, "error": error}))


if __name__ == "__main__":
    main()
