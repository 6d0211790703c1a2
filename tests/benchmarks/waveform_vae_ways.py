"""One measurement of one way to decode or encode a waveform, in this process.

Prints processor time, the peak of memory over that before, and the error.
"""

import argparse
import json
import time
import warnings
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderOobleck, AutoencoderSAME
from torch import Tensor, nn

from core.api.region import Span
from core.runtime.host_memory import release_free_memory, return_large_blocks
from core.tiled_vae import WaveformVAE
from tests.benchmarks.vae_ways import PeakMemory

RATIOS = {"stable audio": (2, 4, 4, 8, 8), "ace step": (2, 4, 4, 6, 10)}
SAME = "stable audio 3"
FAMILIES = (*RATIOS, SAME)
RATES = {"stable audio": 44_100, "ace step": 48_000, SAME: 44_100}
WARM_UP = 4  # latent frames


class SeededNoise:
    """Noise (1, C, T) made span by span, so that a long input takes no memory."""

    BLOCK = 1 << 12

    def __init__(self, channels: int, length: int) -> None:
        self.shape = (1, channels, length)

    def read(self, span: Span) -> Tensor:
        """The values of a span."""
        first, last = span.start // self.BLOCK, -(-span.stop // self.BLOCK)
        blocks = torch.cat([self._block(number) for number in range(first, last)], dim=2)
        return blocks[:, :, span.shift(-first * self.BLOCK).slice]

    def _block(self, number: int) -> Tensor:
        generator = torch.Generator().manual_seed(number)
        return torch.randn(1, self.shape[1], self.BLOCK, generator=generator)


def make_network(family: str, channels: int) -> Any:
    """The network of a family with seeded weights; 128 channels are its full size."""
    torch.manual_seed(0)
    with warnings.catch_warnings():  # torch deprecates the weight norm that diffusers uses
        warnings.simplefilter("ignore", FutureWarning)
        if family == SAME:
            return make_same(channels)
        network = AutoencoderOobleck(
            encoder_hidden_size=channels,
            decoder_channels=channels,
            downsampling_ratios=list(RATIOS[family]),
            sampling_rate=RATES[family],
        )
    return network.eval()


def make_same(channels: int) -> AutoencoderSAME:
    """SAME-L; the products that begin at 0, so that they do nothing, get small weights."""
    network = AutoencoderSAME(
        encoder_channels=2 * channels,
        encoder_transformer_depths=(12,),
        decoder_sinusoidal_blocks=(8,),
    )
    for name, parameter in network.named_parameters():
        if name.endswith(("to_out.weight", "proj_out.weight")):
            nn.init.normal_(parameter, std=0.3 / parameter.shape[1] ** 0.5)
    return network.eval()


def untiled(vae: Any, task: str, source: SeededNoise) -> Tensor:
    """The network as diffusers runs it."""
    values = source.read(Span(0, source.shape[2]))
    if task == "decode":
        return vae.decode(values).sample
    encoded = vae.encode(values)
    return encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.parameters


def streamed(vae: Any, task: str, source: SeededNoise, truth: Tensor | None) -> tuple[float, float]:
    """Our engine, stretch by stretch, each compared and dropped: mean and largest error."""
    return_large_blocks()
    engine = WaveformVAE(vae)
    stretches = engine.decode_stretches if task == "decode" else engine.encode_stretches
    total, count, largest = 0.0, 0, 0.0
    for span, values in stretches(source):
        if truth is not None:
            error = (values - truth[:, :, span.slice]).abs()
            total, count = total + float(error.sum()), count + error.numel()
            largest = max(largest, float(error.max()))
    return total / max(count, 1), largest


def main() -> None:
    """Measure what the command line says, and print it as JSON."""
    options = _parse_arguments()
    torch.set_num_threads(1)
    vae = make_network(options.family, options.channels)
    engine = WaveformVAE(vae)
    hop, channels = engine.hop_length, engine.latent_channels
    samples = round(options.seconds * RATES[options.family])
    is_decoding = options.task == "decode"
    source = SeededNoise(channels, samples // hop) if is_decoding else SeededNoise(2, samples)
    with torch.inference_mode():
        few = WARM_UP * (1 if is_decoding else hop)
        untiled(vae, options.task, SeededNoise(source.shape[1], few))
        measured = _measure(options, vae, source)
    print(json.dumps(measured))


def _measure(options: argparse.Namespace, vae: Any, source: SeededNoise) -> dict[str, float]:
    truth: Tensor | None = None
    if options.way == "streamed" and options.truth.exists():
        truth = torch.load(options.truth, mmap=True)
    release_free_memory()
    mean = largest = 0.0
    with PeakMemory() as peak:
        start_s = time.process_time()
        if options.way == "untiled":
            result = untiled(vae, options.task, source)
        else:
            mean, largest = streamed(vae, options.task, source, truth)
        time_s = time.process_time() - start_s
    if options.way == "untiled":
        torch.save(result, options.truth)
    deviation = 1.0 if truth is None else float(truth.std())
    return {
        "time_s": time_s,
        "peak_bytes": peak.bytes,
        "mean_error": mean / deviation,
        "largest_error": largest / deviation,
    }


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=("untiled", "streamed"))
    parser.add_argument("task", choices=("decode", "encode"))
    parser.add_argument("--family", choices=FAMILIES, default="stable audio")
    parser.add_argument("--channels", type=int, default=128)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--truth", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
