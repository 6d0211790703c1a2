"""Time, memory, first sound, seams and recognition of sounds of any length.

    python3 -m tests.benchmarks.long_form [--seconds 10 60 600] [--judge judge.pt] [--quality 60]

First, for each length and mode, one generation in a process of its own, with the sound going into
a file. Then, for each way to join windows, one take for each of ten concepts: are borders heard
more than places between them, is fine structure lost where windows overlap, and does a judge
recognise every stretch of 5 s as it does takes of 5 s. At last, of the takes of the last way,
whether the edges of repairs, continuations, loops and endless sound are heard, and whether silence
stays silent. Shares of borders are given with 95% confidence intervals: judge none by fewer
than a few hundred. The judge is the classifier
that the bundled model's recipe trains and leaves in its working folder; without it recognition
is left out.
"""

import argparse
from pathlib import Path

from core.api.config import Blend, TilingMode
from tests.benchmarks.own_process import measure_apart

MEGABYTE = 1e6


def main() -> None:
    """Measure and print."""
    options = _options()
    _print_resources(options)
    if options.quality:
        from tests.benchmarks.long_form_quality import measure_quality

        blends = [Blend(blend) for blend in options.blends]
        for line in measure_quality(
            options.quality, blends, options.concepts, options.judge, options.steps
        ):
            print(line, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, nargs="*", default=[10, 60, 600])
    parser.add_argument("--modes", nargs="+", choices=[*TilingMode], default=["exact", "streaming"])
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--windows-at-once", type=int, help="default: as the model is best at")
    parser.add_argument("--blends", nargs="+", choices=[*Blend], default=[*Blend])
    parser.add_argument("--quality", type=float, default=60, help="length of its takes; 0: none")
    parser.add_argument("--concepts", type=int, default=10, help="how many it makes takes of")
    parser.add_argument("--judge", type=Path, help="weights of the bundled model's judge")
    return parser.parse_args()


def _print_resources(options: argparse.Namespace) -> None:
    print("length    mode       seconds per second  first sound  peak over base  of the shortest")
    for mode in options.modes:
        shortest: float | None = None
        for seconds in options.seconds:
            found = _run(options, seconds, mode)
            peak = found["peak_bytes"]
            shortest = shortest or peak
            print(
                f"{seconds:6g} s  {mode:10}{found['time_s'] / seconds:15.3f} s"
                f"{found['first_sound_s']:13.2f} s{peak / MEGABYTE:13.0f} MB"
                f"{peak / shortest:13.2f}x",
                flush=True,
            )


def _run(options: argparse.Namespace, seconds: float, mode: str) -> dict[str, float]:
    """One generation in a process of its own."""
    arguments = ["--mode", mode, "--seconds", str(seconds), "--steps", str(options.steps)]
    if options.windows_at_once is not None:
        arguments += ["--windows-at-once", str(options.windows_at_once)]
    return measure_apart("long_form_run", arguments)


if __name__ == "__main__":
    main()
