"""Runs cases of all subjects, and watches their time and memory."""

import faulthandler
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.subjects import all_subjects

LIMIT_S = 60.0
_STATM, _PAGE_BYTES = Path("/proc/self/statm"), 4096


@dataclass(slots=True)
class Findings:
    """What came of a run.

    Attributes:
        num_cases: How many were tried.
        failures: Subject, number and error of each that was no refusal.
        slowest_s: The longest case.
        growth_bytes: How far the memory in use grew; 0 where it cannot be measured.
    """

    num_cases: int = 0
    failures: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    growth_bytes: int = 0


def run_cases(
    num_cases: int, seed: int, on_case: Callable[[int], None] = lambda _: None
) -> Findings:
    """Try so many cases, evenly over the subjects; a seed and a number name a case."""
    findings = Findings()
    with tempfile.TemporaryDirectory(prefix="tessera-fuzz-") as folder:
        subjects = list(all_subjects(Path(folder)).items())
        before = _resident_bytes()
        for number in range(num_cases):
            name, run = subjects[number % len(subjects)]
            start_s = time.monotonic()
            faulthandler.dump_traceback_later(LIMIT_S, exit=True)  # a case that hangs ends the run
            try:
                run(random.Random(f"{seed}/{number}"))
            except Exception as error:  # whatever it is, it is what this run looks for
                findings.failures.append(f"{name} {seed}/{number}: {type(error).__name__}: {error}")
            faulthandler.cancel_dump_traceback_later()
            findings.slowest_s = max(findings.slowest_s, time.monotonic() - start_s)
            findings.num_cases += 1
            on_case(number)
        findings.growth_bytes = max(0, _resident_bytes() - before)
    return findings


def _resident_bytes() -> int:
    try:
        return int(_STATM.read_text().split()[1]) * _PAGE_BYTES
    except OSError:
        return 0
