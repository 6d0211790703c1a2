"""The large run: `python3 -m tests.fuzz --cases 40000 --seed 1`."""

import argparse
import logging
import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from tests.fuzz.runs import run_cases

EVERY = 1000


def main() -> int:
    """Run the cases, print what was found, and return 1 where something was."""
    parser = argparse.ArgumentParser(prog="tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)

    def on_case(number: int) -> None:
        if number % EVERY == EVERY - 1:
            print(f"{number + 1} cases", flush=True)

    found = run_cases(options.cases, options.seed, on_case)
    for failure in found.failures[:50]:
        print(failure)
    print(
        f"{found.num_cases} cases, {len(found.failures)} failures, the slowest took "
        f"{found.slowest_s:.2f} s, memory grew by {found.growth_bytes / 1e6:.0f} MB"
    )
    return 1 if found.failures else 0


if __name__ == "__main__":
    sys.exit(main())
