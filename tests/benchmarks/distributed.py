"""Decoding over ranks: time, memory and error with 1, 2 and 4 of them, beside DistVAE.

    python3 -m tests.benchmarks.distributed [--seconds 40 160] [--ranks 1 2 4] [--rounds 3]
        [--modes exact streaming] [--distvae FOLDER]

The full-size AudioLDM VAE has seeded weights, as in `tiled_vae`. Each rank is a process of one
thread; they are joined over gloo on this machine. The ways take turns, so that a busy machine slows
them alike. Where there are fewer free cores than ranks, the clock says nothing: the processor time
of the busiest rank is what the clock would show with a core for each. Memory is the most of any
rank above its network; errors are in standard deviations of the untiled result.

DistVAE 0.1.0 (PyPI) is no dependency. To have it measured too:

    python3 -m pip install --no-deps --target /tmp/distvae distvae==0.1.0
    python3 -m tests.benchmarks.distributed --distvae /tmp/distvae
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from core.api.byte_count import size_text
from tests.benchmarks.tiled_vae import FRAMES_PER_SECOND

MEASURED = ("time_s", "busy_s", "peak_bytes")
DISTVAE, UNTILED, EXACT = "DistVAE", "untiled", "exact"

Run = dict[str, float]
Found = dict[tuple[str, int], list[Run]]


def main() -> None:
    """Measure and print one table."""
    options = _options()
    if options.distvae is None:
        print("DistVAE is left out: --distvae names the folder that it is in (see --help).")
    print(f"median of {options.rounds} rounds; times in seconds, one thread for each rank")
    print(
        "| length | way | ranks | time | processor time | × 1 rank | memory | × 1 rank | errors |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for seconds in options.seconds:
        for line in _rows(seconds, _measure(options, seconds)):
            print(line, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, nargs="+", default=[40, 160])
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--modes", nargs="*", default=[EXACT], choices=[EXACT, "streaming"])
    parser.add_argument("--distvae", type=Path, help="folder with the package distvae")
    return parser.parse_args()


def _measure(options: argparse.Namespace, seconds: float) -> Found:
    """All ways in turn, round after round; the untiled one leaves the truth behind."""
    ways = [*options.modes, *([DISTVAE] if options.distvae else [])]
    cases = [(UNTILED, 1), *((way, size) for way in ways for size in options.ranks)]
    found: Found = {case: [] for case in cases}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            for way, size in cases:
                runs = run_ranks(way, size, seconds, Path(folder), options.distvae)
                found[way, size].append(_together(runs))
                print(way, size, found[way, size][-1], file=sys.stderr, flush=True)
    return found


def run_ranks(way: str, size: int, seconds: float, folder: Path, distvae: Path | None) -> list[Run]:
    """One way in a process for each rank; what each rank measured.

    Raises:
        RuntimeError: A rank failed; what it said is on stderr.
    """
    environment = {} if distvae is None else {"PYTHONPATH": str(distvae)}
    arguments = [way, "--frames", str(round(seconds * FRAMES_PER_SECOND))]
    arguments += ["--truth", str(folder / "truth.pt")]
    return measure_ranks("distributed_rank", arguments, size, folder, environment)


def measure_ranks(
    module: str,
    arguments: Sequence[str],
    size: int,
    folder: Path,
    environment: Mapping[str, str] | None = None,
) -> list[Run]:
    """What each rank has measured: a process of one thread, which runs a module of this folder.

    Args:
        module: Its name; it takes `--rank`, `--size` and `--store`.
        arguments: Further arguments.
        size: Number of ranks.
        folder: For what the ranks share.
        environment: Further variables.

    Raises:
        RuntimeError: A rank failed; what it said is on stderr.
    """
    store = tempfile.mktemp(dir=folder)
    own = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", **(environment or {})}
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    command += ["--store", store, "--size", str(size)]
    ranks = [
        subprocess.Popen([*command, "--rank", str(rank)], stdout=subprocess.PIPE, env=own)
        for rank in range(size)
    ]
    outputs = [rank.communicate()[0] for rank in ranks]
    if any(rank.returncode for rank in ranks):
        raise RuntimeError(f"{module} {arguments[0]} with {size} ranks failed")
    return [json.loads(output.splitlines()[-1]) for output in outputs]


def _together(runs: list[Run]) -> Run:
    """The measurement of all ranks: the slowest, the largest, and the first one's errors."""
    most = {name: max(run[name] for run in runs) for name in MEASURED}
    return {**runs[0], **most}


def _rows(seconds: float, found: Found) -> Iterator[str]:
    for (way, size), runs in found.items():
        one = found.get((way, 1), runs)
        time_s, busy_s, memory = (
            _median(runs, name) for name in ("time_s", "busy_s", "peak_bytes")
        )
        yield (
            f"| {seconds:g} s | {way} | {size} | {time_s:.2f} | {busy_s:.2f} "
            f"| {busy_s / _median(one, 'busy_s'):.2f} | {size_text(memory)} "
            f"| {memory / _median(one, 'peak_bytes'):.2f} "
            f"| {_median(runs, 'mean_error'):.1e}, {_median(runs, 'largest_error'):.1e} |"
        )


def _median(runs: list[Run], name: str) -> float:
    return statistics.median(run[name] for run in runs)


if __name__ == "__main__":
    main()
