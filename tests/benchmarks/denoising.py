"""Time and error of our denoising against diffusers' own, for the same scheduler and steps.

    python3 -m tests.benchmarks.denoising [--seconds 10] [--steps 4] [--rounds 3] [--threads 2]

AudioLDM's UNet in full size with seeded weights, DDIM, guidance. Each measurement is a process of
its own, and the ways take turns, so that a busy machine slows them alike; ratios are between
medians of the same run. Times are given as elapsed and as processor time, which other
programs disturb less, least of all with `--threads 1`: threads that wait for one another burn
processor time. The error is that of the final latents, relative to the stock ones.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from tests.benchmarks.denoising_ways import WAYS
from tests.benchmarks.own_process import measure_apart


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            for way, runs in found.items():
                runs.append(_run(way, options, Path(folder) / "truth.pt"))
    how = f"{options.seconds:g} s, {options.steps} steps, {options.threads} threads"
    print(f"{how}, median of {options.rounds} rounds")
    print(f"{'':16}{'a step':>9}{'speed':>8}{'processor':>12}{'speed':>8}{'error':>11}")
    base = next(iter(found.values()))
    for way, runs in found.items():
        time_s, cpu_s = _median(runs, "time_s"), _median(runs, "cpu_s")
        print(
            f"{way:16}{time_s / options.steps:8.2f}s{_median(base, 'time_s') / time_s:7.2f}x"
            f"{cpu_s / options.steps:11.2f}s{_median(base, 'cpu_s') / cpu_s:7.2f}x"
            f"{_median(runs, 'error'):11.1e}"
        )


def _run(way: str, options: argparse.Namespace, truth: Path) -> dict[str, float]:
    """One way in a process of its own."""
    arguments = [way, "--truth", str(truth), "--seconds", str(options.seconds)]
    arguments += ["--steps", str(options.steps), "--threads", str(options.threads)]
    return measure_apart("denoising_ways", arguments)


def _median(runs: list[dict[str, float]], name: str) -> float:
    return statistics.median(run[name] for run in runs)


if __name__ == "__main__":
    main()
