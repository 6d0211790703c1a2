"""Where the time of a whole generation goes, stage by stage, beside diffusers' own pipeline.

    python3 -m tests.benchmarks.whole [--models audioldm-s …] [--seconds 10] [--steps 25]
        [--threads 2] [--rounds 3] [--precisions default …] [--draft] [--processor-time] [--avx2]
        [--folder DIR]

Each measurement is a process of its own, and the ways take turns, so that a busy machine slows all
of them. Times are seconds on the clock, or of the processor. GFLOP are those that diffusers'
pipeline computes, for the bundled model those of Tessera: a form of a convolution with fewer
multiplications may be faster than the machine's matrix products seem to allow. They are left out
for a draft, which takes three tenths of the steps.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

from core.models.folder import BUNDLED_FOLDER
from tests.benchmarks.full_size_models import write_full_size
from tests.benchmarks.own_process import measure_apart
from tests.benchmarks.whole_run import DEFAULT

MODELS = ("bundled", "audioldm-s", "audioldm-l", "audioldm2")
STAGES = ("load", "prompt", "denoise", "decode", "vocode")
AVX2 = {
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    "ATEN_CPU_CAPABILITY": "avx2",
}
_HEAD = "| stage | seconds | share | of {base} | GFLOP/s | of matrix products | peak, MB |"
_run = partial(measure_apart, "whole_run")


class Way(NamedTuple):
    """Who generates, in which precision, and whether as a draft."""

    who: str
    precision: str
    draft: bool = False

    def __str__(self) -> str:
        return f"{self.who}, {self.precision}{', draft' if self.draft else ''}"


PEER = Way("diffusers", "float32")
PRECISIONS = (DEFAULT, "float32", "bfloat16")
Stages = dict[str, dict[str, float]]


def main() -> None:
    """Measure every model and print a table for each way."""
    options = _options()
    environment = {**os.environ, **(AVX2 if options.avx2 else {})}
    environment["OMP_NUM_THREADS"] = str(options.threads)
    matrix = {
        precision: _run(["matrix", "--precision", precision], environment)["gflops"]
        for precision in {"float32", *options.precisions} - {DEFAULT}
    }
    speeds = ", ".join(f"{speed:.0f} GFLOP/s in {name}" for name, speed in sorted(matrix.items()))
    matrix[DEFAULT] = matrix["float32"]
    print(
        f"{options.seconds:g} s of sound, {options.steps} steps, {options.threads} threads, median "
        f"of {options.rounds}; matrix products: {speeds}"
    )
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name in options.models:
            model = BUNDLED_FOLDER if name == "bundled" else write_full_size(name, folder / name)
            for line in _measure(name, model, options, environment, matrix):
                print(line, flush=True)


def _measure(
    name: str,
    model: Path,
    options: argparse.Namespace,
    environment: dict[str, str],
    matrix: dict[str, float],
) -> Iterator[str]:
    """Lines of the tables of one model."""
    ways = _ways(name, options)
    what = [str(model), name, "--seconds", str(options.seconds)]
    steps = ["--steps", str(options.steps)]
    counted: Stages = _run(["count", ways[0].who, *what, "--steps", "2"], environment)
    work = {stage: values["figure"] for stage, values in counted.items()}
    work["denoise"] *= options.steps / 2
    rounds: dict[Way, list[Stages]] = {way: [] for way in ways}
    for _ in range(options.rounds):
        for way, found in rounds.items():
            command = ["time", way.who, *what, *steps, "--precision", way.precision]
            command += ["--draft"] * way.draft + ["--processor-time"] * options.processor_time
            found.append(_run(command, environment))
    base, head = _sum_s(_medians(rounds[ways[0]])), _HEAD.format(base=ways[0])
    for way, found in rounds.items():
        yield f"\n{name}, {way}:\n\n{head}\n|---|---|---|---|---|---|---|"
        done = dict.fromkeys(STAGES, 0.0) if way.draft else work
        yield from _rows(_medians(found), done, base, matrix[way.precision])


def _ways(name: str, options: argparse.Namespace) -> list[Way]:
    """Who takes turns; the others are compared with the first."""
    ways = [] if name == "bundled" else [PEER]
    ways += [Way("tessera", precision) for precision in options.precisions]
    return [*ways, Way("tessera", options.precisions[0], draft=True)] if options.draft else ways


def _rows(stages: Stages, work: dict[str, float], base_s: float, matrix: float) -> Iterator[str]:
    whole_s = _sum_s(stages)
    for stage in STAGES:
        seconds, speed = stages[stage]["figure"], work[stage] / stages[stage]["figure"]
        share = "" if stage == "load" else f"{seconds / whole_s:.0%}"
        rate = f"{speed:.0f} | {speed / matrix:.0%}" if speed >= 1 else "| "
        yield f"| {stage} | {seconds:.2f} | {share} | | {rate} | {stages[stage]['peak_mb']:.0f} |"
    peak_mb = max(values["peak_mb"] for values in stages.values())
    yield f"| all but load | {whole_s:.2f} | | {whole_s / base_s:.2f}x | | | {peak_mb:.0f} |"


def _sum_s(stages: Stages) -> float:
    """Seconds of a generation once the model is loaded."""
    return sum(values["figure"] for stage, values in stages.items() if stage != "load")


def _medians(rounds: list[Stages]) -> Stages:
    return {
        stage: {
            name: statistics.median(one[stage][name] for one in rounds)
            for name in ("figure", "peak_mb")
        }
        for stage in STAGES
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, help="keeps the models, 1.5 to 4.5 GB each")
    parser.add_argument("--models", nargs="+", choices=MODELS, default=MODELS)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--precisions", nargs="+", choices=PRECISIONS, default=PRECISIONS)
    parser.add_argument("--draft", action="store_true", help="a draft as well, in the first one")
    parser.add_argument("--processor-time", action="store_true", help="not that on the clock")
    parser.add_argument("--avx2", action="store_true", help="as on a laptop with AVX2 only")
    return parser.parse_args()


if __name__ == "__main__":
    main()
