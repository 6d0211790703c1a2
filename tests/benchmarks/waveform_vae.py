"""Measures waveform autoencoders in a stream against the untiled network, and prints a table.

Full size, seeded weights, one thread, processor time, each measurement in a process of its own.
The exit code is 0 if the bars are met: at 10 s at most 0.80 of the untiled time, 0.35 of its
memory and an error of 1e-5 of the deviation, and memory that a longer clip does not raise by more
than a tenth.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator

from core.api.byte_count import size_text
from tests.benchmarks.own_process import measure_apart
from tests.benchmarks.waveform_vae_ways import FAMILIES

MAX_TIME, MAX_MEMORY, MAX_ERROR, MAX_GROWTH = 0.80, 0.35, 1e-5, 1.1
Run = dict[str, float]


def main() -> None:
    """Measure what the command line says."""
    options = _parse_arguments()
    missed: list[str] = []
    print("| | time | x untiled | memory | x untiled | mean error | largest |")
    print("|---|---|---|---|---|---|---|")
    for task in options.tasks:
        for line in _rows(options, task, missed):
            print(line, flush=True)
    print("\n".join(missed or ["all bars are met"]))
    sys.exit(bool(missed))


def _rows(options: argparse.Namespace, task: str, missed: list[str]) -> Iterator[str]:
    """Untiled and streamed in turn, then the longer clips in a stream only."""
    with tempfile.TemporaryDirectory() as folder:
        common = [task, "--family", options.family, "--channels", str(options.channels)]
        common += ["--truth", f"{folder}/truth.pt"]
        runs: dict[str, list[Run]] = {"untiled": [], "streamed": []}
        for _ in range(options.rounds):
            for way, found in runs.items():
                arguments = [way, *common, "--seconds", str(options.seconds)]
                found.append(measure_apart("waveform_vae_ways", arguments))
        base, stream = (_median(runs[way]) for way in ("untiled", "streamed"))
    yield _row(f"{task}, {options.seconds:g} s, untiled", base, base)
    yield _row(f"{task}, {options.seconds:g} s, streamed", stream, base)
    for name, most in (("time_s", MAX_TIME), ("peak_bytes", MAX_MEMORY)):
        if stream[name] > most * base[name]:
            missed.append(f"{task}: {name} is {stream[name] / base[name]:.2f} of the untiled")
    if stream["largest_error"] > MAX_ERROR:
        missed.append(f"{task}: the largest error is {stream['largest_error']:.1e}")
    common[-1] = "none"  # nothing to compare with: the untiled network would need too much memory
    peaks: list[float] = []
    for seconds in options.longer:
        arguments = ["streamed", *common, "--seconds", str(seconds)]
        run = measure_apart("waveform_vae_ways", arguments)
        peaks.append(run["peak_bytes"])
        memory = size_text(round(peaks[-1]))
        yield f"| {task}, {seconds:g} s, streamed | {run['time_s']:.1f} s | | {memory} | | | |"
    if peaks and max(peaks) > MAX_GROWTH * peaks[0]:
        missed.append(f"{task}: memory grows with the length")


def _median(runs: list[Run]) -> Run:
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def _row(name: str, run: Run, base: Run) -> str:
    time_s, peak_bytes = run["time_s"], run["peak_bytes"]
    memory = size_text(round(peak_bytes))
    return (
        f"| {name} | {time_s:.1f} s | {time_s / base['time_s']:.2f} | {memory} "
        f"| {peak_bytes / base['peak_bytes']:.2f} | {run['mean_error']:.1e} "
        f"| {run['largest_error']:.1e} |"
    )


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--family", choices=FAMILIES, default="stable audio")
    parser.add_argument("--channels", type=int, default=128, help="of the finest level")
    parser.add_argument("--tasks", choices=("decode", "encode"), nargs="+")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--longer", type=float, nargs="*", default=[30, 300])
    parser.add_argument("--rounds", type=int, default=3)
    parser.set_defaults(tasks=["decode", "encode"])
    return parser.parse_args()


if __name__ == "__main__":
    main()
