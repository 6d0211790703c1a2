"""One rank of one measurement of `distributed`, in this process; prints one line of JSON."""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from torch import Tensor
from torch import distributed as dist
from torch.distributed import FileStore, PrefixStore

from core.models.folder import BUNDLED_FOLDER
from core.peers.distributed import DistributedPeers
from core.peers.peers import Peers
from core.runtime.host_memory import release_free_memory, return_large_blocks
from core.tiled_vae import TiledVAE, TilingConfig
from tests.benchmarks.distributed import DISTVAE, UNTILED
from tests.benchmarks.vae_ways import PeakMemory, make_latents, make_network, warm_up_latents

Decode = Callable[[Tensor], Tensor]


def make_way(way: str, vae: AutoencoderKL, peers: Peers, store: Path) -> Decode:
    """The function that decodes in this way; DistVAE's layers replace the network's own."""
    if way == UNTILED:
        return lambda latents: vae.decode(latents).sample
    if way != DISTVAE:
        return_large_blocks()  # as the application does
        return TiledVAE(vae, TilingConfig(mode=way), peers).decode
    from distvae.modules.adapters.vae.decoder_adapters import DecoderAdapter

    shared = PrefixStore("distvae", FileStore(str(store) + "-distvae", peers.size))
    dist.init_process_group("gloo", store=shared, rank=peers.rank, world_size=peers.size)
    vae.decoder = DecoderAdapter(vae.decoder, patch_dim=-2)
    return lambda latents: vae.decode(latents).sample


def measure(decode: Decode, latents: Tensor, peers: Peers) -> tuple[dict[str, float], Tensor]:
    """Time, processor time and memory of decoding, all ranks at once."""
    release_free_memory()  # or the base would hold what the warm-up freed
    peers.gather(None)
    start_s, busy_s = time.perf_counter(), time.process_time()
    with PeakMemory() as memory:
        mel = decode(latents)
    found = {
        "time_s": time.perf_counter() - start_s,
        "busy_s": time.process_time() - busy_s,
        "peak_bytes": memory.bytes,
    }
    return found, mel


def main() -> None:
    """Decode once to warm up, once measured, and compare with the truth."""
    parser = argparse.ArgumentParser()
    parser.add_argument("way")
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--rank", type=int, required=True)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--frames", type=int, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    store = FileStore(str(options.store), options.size)
    peers = DistributedPeers(store, options.rank, options.size, "cpu")
    vae = make_network("audioldm", BUNDLED_FOLDER)
    latents = make_latents(vae, options.frames)
    decode = make_way(options.way, vae, peers, options.store)
    with torch.inference_mode():
        decode(latents[:, :, : warm_up_latents(options.way, latents)])
        found, mel = measure(decode, latents, peers)
    if options.way == UNTILED:
        torch.save(mel, options.truth)
    if peers.is_first:
        error = (mel - torch.load(options.truth)).abs() / torch.load(options.truth).std()
        found |= {"mean_error": float(error.mean()), "largest_error": float(error.max())}
    peers.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
