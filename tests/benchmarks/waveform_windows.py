"""How much memory Stable Audio Open takes for one window of sound, and for several.

    python3 -m tests.benchmarks.waveform_windows --seconds 30 60

Seeded weights at full size; a tiny text encoder. Each length is made in a process of its own, and
counts above the loaded model. 30 s fit the window of 47 s, 60 s take two. The exit code is 0 if no
length takes more than 1.1 times the memory of the first one.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import torch
from diffusers.models.transformers.stable_audio_transformer import StableAudioDiTModel
from diffusers.pipelines.stable_audio.modeling_stable_audio import StableAudioProjectionModel

from core.api.byte_count import size_text
from core.api.config import EngineConfig
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.engine import Engine
from core.runtime.host_memory import release_free_memory
from tests.benchmarks.own_process import measure_apart
from tests.benchmarks.vae_ways import PeakMemory
from tests.benchmarks.waveform_vae_ways import make_network
from tests.tiny_families import WORD_DIM, tiny_word_encoder, tiny_word_tokenizer
from tests.tiny_model import write_model
from tests.tiny_stable_audio import STABLE_AUDIO_INDEX, tiny_edm_scheduler

MAX_GROWTH = 1.1
LAYERS, CHANNELS, WIDTH = 24, 128, 768


def main() -> None:
    """Measure what the command line says, in this process or in others."""
    options = _parse_arguments()
    if options.model is not None:
        print(json.dumps(_measure(options)))
        return
    peaks: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        model = _write(Path(folder) / "model", options)
        print("| sound | time | memory above the model | x the first |")
        print("|---|---|---|---|")
        for seconds in options.seconds:
            arguments = ["--model", str(model), "--seconds", str(seconds)]
            arguments += ["--steps", str(options.steps)]
            run = measure_apart("waveform_windows", arguments)
            peaks.append(run["peak_bytes"])
            share, memory = peaks[-1] / peaks[0], size_text(round(peaks[-1]))
            print(f"| {seconds:g} s | {run['time_s']:.0f} s | {memory} | {share:.2f} |", flush=True)
    sys.exit(max(peaks) > MAX_GROWTH * peaks[0])


def _write(folder: Path, options: argparse.Namespace) -> Path:
    """Write the model with as many layers and channels as are wanted."""
    builders = {
        "vae": lambda: make_network("stable audio", options.channels),
        "text_encoder": tiny_word_encoder,
        "projection_model": lambda: StableAudioProjectionModel(
            text_encoder_dim=WORD_DIM, conditioning_dim=WIDTH, min_value=0, max_value=512
        ),
        "tokenizer": tiny_word_tokenizer,
        "transformer": lambda: StableAudioDiTModel(num_layers=options.layers),
        "scheduler": tiny_edm_scheduler,
    }
    return write_model(folder, builders, STABLE_AUDIO_INDEX, seed=0)


def _measure(options: argparse.Namespace) -> dict[str, float]:
    torch.set_num_threads(1)
    engine = Engine(EngineConfig(device="cpu", precision="float32"))
    request = GenerationRequest(
        prompt="organ",
        model=str(options.model),
        duration_s=options.seconds[0],
        num_inference_steps=options.steps,
        seed=1,
    )
    engine.load(request.model, Progress())
    release_free_memory()
    with PeakMemory() as peak:
        start_s = time.process_time()
        engine.generate(request)
        time_s = time.process_time() - start_s
    return {"time_s": time_s, "peak_bytes": peak.bytes}


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, nargs="+", default=[30, 60])
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--layers", type=int, default=LAYERS, help="of the denoiser")
    parser.add_argument("--channels", type=int, default=CHANNELS, help="of the autoencoder")
    parser.add_argument("--model", type=Path, help="measure a model, in this process")
    return parser.parse_args()


if __name__ == "__main__":
    main()
