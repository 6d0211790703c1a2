"""Full-size models through Tessera and through diffusers' pipelines: time, memory and error.

The two alternate, each in a process of its own, so that a busy machine slows both. All times are
processor seconds of one thread: several threads wait for each other in busy loops, which counts as
work on a shared machine. Imports count as loading.
"""

import argparse
import os
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from core.pipeline.edge_fades import Edge
from tests.benchmarks.full_size_models import KINDS, write_full_size
from tests.benchmarks.models_run import SAMPLE_RATE
from tests.benchmarks.own_process import measure_apart

WHO = ("tessera", "peer")
COLUMNS = ("load_s", "load_peak_mb", "step_s", "whole_s", "peak_mb")


def main() -> None:
    """Measure every model and print a line for each."""
    options = _options()
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        print(f"{options.seconds:g} s of sound, {options.steps} steps: Tessera / diffusers (ratio)")
        for kind in options.models:
            print(measure(kind, folder, options), flush=True)


def measure(kind: str, folder: Path, options: argparse.Namespace) -> str:
    """One model's line: the lesser of all rounds, and the errors."""
    model = write_full_size(kind, folder / kind)
    with tempfile.TemporaryDirectory() as sounds:
        rounds = [
            {who: _run(who, kind, model, Path(sounds) / f"{who}.npz", options) for who in WHO}
            for _ in range(options.rounds)
        ]
        errors = [_error(Path(sounds), name) for name in ("latents", "waveform")]
    cells = []
    for column in COLUMNS:
        ours, theirs = (min(each[who][column] for each in rounds) for who in WHO)
        ratio = statistics.median(each[WHO[0]][column] / each[WHO[1]][column] for each in rounds)
        cells.append(f"{column} {ours:.4g} / {theirs:.4g} ({ratio:.2f})")
    return f"{kind}: {', '.join(cells)}, error {errors[0]:.1e} and {errors[1]:.1e}"


def _run(
    who: str, kind: str, model: Path, sound: Path, options: argparse.Namespace
) -> dict[str, float]:
    arguments = [who, kind, str(model), str(sound)]
    arguments += ["--seconds", str(options.seconds), "--steps", str(options.steps)]
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}
    return measure_apart("models_run", arguments, one_thread)


def _error(sounds: Path, name: str) -> float:
    """The distance between both results, relative to the peer's.

    Of samples, the ends are left out: Tessera fades them, and the peer's are longer.
    """
    ours, theirs = (np.load(sounds / f"{who}.npz")[name].squeeze() for who in WHO)
    if name == "waveform":
        faded = Edge.at_rate(SAMPLE_RATE).length
        ours, theirs = (each[faded : len(ours) - faded] for each in (ours, theirs))
    return float(np.linalg.norm(ours - theirs) / np.linalg.norm(theirs))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="keeps the models, 1.5 to 4.5 GB each")
    parser.add_argument("--models", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
