"""Time, memory and error of every way to decode, against the untiled network.

    python3 -m tests.benchmarks.tiled_vae [--seconds 10 40 160] [--rounds 3] [--network audioldm]

Each measurement is a process of its own, and the ways take turns, so that a busy machine slows
them alike; ratios are between medians of the same run. Weights are seeded at random unless a
folder of a trained VAE is given: time and memory do not hang on them, and the error is in units
of the untiled result's standard deviation.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.vae_ways import NETWORKS, WAYS

FRAMES_PER_SECOND = 100


def main() -> None:
    """Measure and print a table for each length."""
    options = _options()
    for seconds in options.seconds:
        print(f"\n{options.network}, {seconds} s, median of {options.rounds} rounds")
        print(f"{'':24}{'time':>9}{'ratio':>8}{'memory':>11}{'ratio':>8}", end="")
        print(f"{'mean error':>13}{'largest':>10}")
        _print_table(_measure(options, seconds))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, nargs="+", default=[10, 40, 160])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--network", choices=NETWORKS, default="audioldm")
    parser.add_argument("--folder", type=Path, help="a trained VAE in diffusers' format")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    return parser.parse_args()


def _measure(options: argparse.Namespace, seconds: float) -> dict[str, list[dict[str, float]]]:
    """All ways in turn, round after round; the first way of a round leaves the truth behind."""
    found: dict[str, list[dict[str, float]]] = {way: [] for way in options.ways}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            for way in options.ways:
                found[way].append(_run(way, options, seconds, Path(folder) / "truth.pt"))
    return found


def _run(way: str, options: argparse.Namespace, seconds: float, truth: Path) -> dict[str, float]:
    """One way in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.vae_ways", way]
    command += ["--network", options.network, "--truth", str(truth)]
    command += ["--frames", str(round(seconds * FRAMES_PER_SECOND))]
    if options.folder is not None:
        command += ["--folder", str(options.folder)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    result: dict[str, float] = json.loads(output.splitlines()[-1])
    return result


def _print_table(found: dict[str, list[dict[str, float]]]) -> None:
    base = next(iter(found.values()))
    for way, runs in found.items():
        time_s, memory = _median(runs, "time_s"), _median(runs, "peak_bytes")
        print(
            f"{way:24}{time_s:8.2f}s{time_s / _median(base, 'time_s'):7.2f}x"
            f"{memory / 2**20:8.0f} MB{memory / _median(base, 'peak_bytes'):7.2f}x"
            f"{_median(runs, 'mean_error'):13.2e}{_median(runs, 'largest_error'):10.2e}",
            flush=True,
        )


def _median(runs: list[dict[str, float]], name: str) -> float:
    return statistics.median(run[name] for run in runs)


if __name__ == "__main__":
    main()
