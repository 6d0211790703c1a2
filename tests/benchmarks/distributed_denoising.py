"""Denoising over ranks: time with 1 and 2 of them, by the number of windows of the clip.

    python3 -m tests.benchmarks.distributed_denoising [--windows 2 3 4 5] [--ranks 1 2] [--steps 2]

AudioLDM's UNet (audioldm-s) at full size with seeded weights, DDIM with guidance. Each rank is a
process of one thread; they are joined over gloo on this machine. Where there are fewer free cores
than ranks, the clock says nothing: the processor time of the busiest rank is what the clock would
show with a core for each. It also prints whether the latents are one rank's to the bit.
"""

import argparse
import json
import sys
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path

import torch
from torch import Tensor
from torch.distributed import FileStore

from core.api.progress import Progress
from core.api.request import Scheduler
from core.diffusion.denoising import assist_denoising, denoise
from core.diffusion.prompt_track import PromptTrack
from core.diffusion.shared_windows import leading_windows
from core.diffusion.windows import plan_windows
from core.models.families.latent_diffusion import LatentDiffusion
from core.peers.alone import ALONE
from core.peers.distributed import DistributedPeers
from core.peers.peers import Peers
from tests.benchmarks.denoising_ways import (
    GUIDANCE_SCALE,
    LATENT_FRAMES_PER_SECOND,
    make_noise,
    make_unet,
    our_model,
    prompt_of,
)
from tests.benchmarks.distributed import Run, measure_ranks

WINDOW_FRAMES, HOP_FRAMES = 256, 192  # neighbours overlap by a quarter


def main() -> None:
    """Be a rank, or start them and print a table."""
    options = _options()
    if options.rank is not None:
        _measure(options)
        return
    print("| windows | length | ranks | time | processor time | speed | same latents |")
    print("|---|---|---|---|---|---|---|")
    for windows in options.windows:
        with tempfile.TemporaryDirectory() as folder:
            one: Run | None = None
            for size in options.ranks:
                arguments = [str(windows), "--truth", str(Path(folder) / "truth.pt")]
                arguments = ["--windows", *arguments, "--steps", str(options.steps)]
                runs = measure_ranks("distributed_denoising", arguments, size, Path(folder))
                time_s, busy_s = (max(run[name] for run in runs) for name in ("time_s", "busy_s"))
                one = one or {"busy_s": busy_s}
                print(
                    f"| {windows} | {_seconds(windows):.1f} s | {size} | {time_s:.1f} s "
                    f"| {busy_s:.1f} s | {one['busy_s'] / busy_s:.2f}x "
                    f"| {'yes' if runs[0]['is_same'] else 'no'} |",
                    flush=True,
                )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--windows", type=int, nargs="+", default=[2, 3, 4, 5])
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--steps", type=int, default=2)
    for name, kind in (("rank", int), ("size", int), ("store", Path), ("truth", Path)):
        parser.add_argument(f"--{name}", type=kind, help=argparse.SUPPRESS)
    return parser.parse_args()


def _seconds(windows: int) -> float:
    """Length of a clip of so many windows."""
    return (WINDOW_FRAMES + (windows - 1) * HOP_FRAMES) / LATENT_FRAMES_PER_SECOND


def _measure(options: argparse.Namespace) -> None:
    """Denoise one step to warm up, then all of them measured, and print one line of JSON."""
    torch.set_num_threads(1)
    peers: Peers = ALONE
    if options.size > 1:
        store = FileStore(str(options.store), options.size)
        peers = DistributedPeers(store, options.rank, options.size, "cpu")
    model = our_model(make_unet(), torch.float32)
    noise, vectors = make_noise(_seconds(options.windows[0]))
    assert len(plan_windows(model, noise.shape[2]).windows) == options.windows[0]
    with torch.inference_mode():
        _denoise(model, noise, vectors, 1, peers)
        peers.gather(None)
        start_s, busy_s = time.perf_counter(), time.process_time()
        latents = _denoise(model, noise, vectors, options.steps, peers)
    found = {
        "time_s": time.perf_counter() - start_s,
        "busy_s": time.process_time() - busy_s,
        "is_same": True,
    }
    if options.size == 1:
        torch.save(latents, options.truth)
    elif peers.is_first and options.truth.exists():
        found["is_same"] = torch.equal(latents, torch.load(options.truth))
    peers.gather(None)
    print(json.dumps(found))
    sys.stdout.flush()


def _denoise(
    model: LatentDiffusion, noise: Tensor, vectors: Tensor, steps: int, peers: Peers
) -> Tensor:
    """This rank's part of denoising; the first rank gets the latents."""
    prompt = prompt_of(vectors)
    together: AbstractContextManager[None] = (
        leading_windows(peers) if peers.is_first else peers.leaving_together()
    )
    with together:
        if not peers.is_first:
            assist_denoising(model, PromptTrack((prompt,)), GUIDANCE_SCALE, Progress(), peers)
            return noise
        return denoise(
            model,
            prompt,
            noise,
            scheduler=model.noise_path.make_scheduler(Scheduler.DDIM),
            num_inference_steps=steps,
            guidance_scale=GUIDANCE_SCALE,
            seed=0,
            progress=Progress(),
            peers=peers,
        )


if __name__ == "__main__":
    main()
