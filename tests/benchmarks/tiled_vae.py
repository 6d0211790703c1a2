"""Time, memory and error of every way to decode, against the untiled network.

    python3 -m tests.benchmarks.tiled_vae [--seconds 10 40 160] [--rounds 3]
        [--networks audioldm bundled] [--ways untiled exact streaming]
    python3 -m tests.benchmarks.tiled_vae --accuracy [--clips sounds.npy] [--mixes 4]
    python3 -m tests.benchmarks.tiled_vae --context [--clips sounds.npy] [--mixes 4]

The first command prints one table. Each measurement is a process of its own, and the ways take
turns, so that a busy machine slows them alike; ratios are between medians of the same run. The
full-size network's weights are seeded at random: time and memory do not hang on them, and the error
is in units of the untiled result's standard deviation. The other two tell what the ways cost on
real sounds, see `vae_accuracy` and `vae_context`. With `--model` all of them take another model's
folder in place of the bundled one.
"""

import argparse
import platform
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from core.api.byte_count import size_text
from core.models.folder import BUNDLED_FOLDER
from core.runtime.host_memory import available_host_bytes
from tests.benchmarks.own_process import measure_apart
from tests.benchmarks.vae_ways import NETWORKS, WAYS

FRAMES_PER_SECOND = 100
CPU_INFO = Path("/proc/cpuinfo")

Run = dict[str, float]


def main() -> None:
    """Measure and print one table."""
    options = _options()
    if options.accuracy:
        from tests.benchmarks.vae_accuracy import APPROXIMATE, measure_accuracy

        ways = options.ways or APPROXIMATE
        lines = measure_accuracy(options.model, ways, options.clips, options.mixes)
    elif options.context:
        from tests.benchmarks.vae_context import measure_context

        lines = measure_context(options.model, options.clips, options.mixes)
    else:
        lines = _table(options)
    for line in lines:
        print(line, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, nargs="+", default=[10, 40, 160])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--networks", choices=NETWORKS, nargs="+", default=list(NETWORKS))
    parser.add_argument("--ways", nargs="+", choices=WAYS, help="all of them, if left out")
    parser.add_argument("--model", type=Path, default=BUNDLED_FOLDER, help="in place of bundled")
    on_sounds = parser.add_mutually_exclusive_group()
    on_sounds.add_argument("--accuracy", action="store_true", help="differences on real sounds")
    on_sounds.add_argument("--context", action="store_true", help="decoded whole or in windows")
    parser.add_argument("--clips", type=Path, help="real sounds: 16-bit samples (n, 81920), .npy")
    parser.add_argument("--mixes", type=int, default=4)
    return parser.parse_args()


def _table(options: argparse.Namespace) -> Iterator[str]:
    """The machine, then a row for each network, length and way."""
    yield f"{_machine()}; median of {options.rounds} rounds, errors in standard deviations"
    yield ""
    yield "| VAE | length | way | time | × untiled | memory | × untiled | mean error | largest |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for network in options.networks:
        for seconds in options.seconds:
            yield from _rows(network, seconds, _measure(options, network, seconds))


def _machine() -> str:
    """What a reader has to know of the machine."""
    lines = CPU_INFO.read_text().splitlines() if CPU_INFO.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    processor = f"{len(names)} x {names[0]}" if names else platform.processor()
    free = available_host_bytes() / 2**30
    return f"{processor}, {platform.system()} {platform.machine()}, {free:.0f} GiB free"


def _measure(options: argparse.Namespace, network: str, seconds: float) -> dict[str, list[Run]]:
    """All ways in turn, round after round; the untiled one leaves the truth behind."""
    ways = list(dict.fromkeys(["untiled", *(options.ways or WAYS)]))
    found: dict[str, list[Run]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            for way in ways:
                found[way].append(_run(way, network, seconds, folder, options.model))
    return found


def _run(way: str, network: str, seconds: float, folder: str, model: Path) -> Run:
    """One way in a process of its own; the truth lies in `folder`."""
    arguments = [way, "--network", network, "--truth", f"{folder}/truth.pt"]
    arguments += ["--model", str(model), "--frames", str(round(seconds * FRAMES_PER_SECOND))]
    return measure_apart("vae_ways", arguments)


def _rows(network: str, seconds: float, found: dict[str, list[Run]]) -> Iterator[str]:
    base_s, base_bytes = (_median(found["untiled"], name) for name in ("time_s", "peak_bytes"))
    for way, runs in found.items():
        time_s, memory = _median(runs, "time_s"), _median(runs, "peak_bytes")
        yield (
            f"| {network} | {seconds:g} s | {way} | {time_s:.2f} s | {time_s / base_s:.2f} "
            f"| {size_text(memory)} | {memory / base_bytes:.2f} "
            f"| {_median(runs, 'mean_error'):.1e} | {_median(runs, 'largest_error'):.1e} |"
        )


def _median(runs: list[Run], name: str) -> float:
    return statistics.median(run[name] for run in runs)


if __name__ == "__main__":
    main()
