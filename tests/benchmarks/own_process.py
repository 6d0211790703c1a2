"""Runs one measurement in a process of its own, so that none finds the memory or caches of another.

Such a module prints its result as JSON on its last line.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any


def measure_apart(
    module: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what a module of this folder has measured.

    Args:
        module: Its name.
        arguments: Of its command line.
        environment: Variables of its process; those of this one where left out.

    Raises:
        CalledProcessError: It failed; what it said is on stderr.
    """
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result
