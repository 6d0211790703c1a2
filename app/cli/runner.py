"""Runs a command on the terminal: exit code, progress, errors and Ctrl+C."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.cli.terminal import TerminalListener
from core.api.errors import Cancelled, InvalidRequestError, TesseraError
from core.api.events import Event, to_json_dict
from core.api.progress import Progress

FAILED, WRONG_USAGE, CANCELLED = 1, 2, 130
_INTERRUPTS = (signal.SIGINT, signal.SIGTERM)


def run_command(
    options: argparse.Namespace, work: Callable[[argparse.Namespace, Progress], int]
) -> int:
    """Run `work` and return its exit code, or that of its failure."""
    progress = Progress(_print_json if options.json else TerminalListener(sys.stderr))
    try:
        with _cancel_on_interrupt(progress):
            return work(options, progress)
    except Cancelled:
        print("Cancelled; nothing was written.", file=sys.stderr)
        return CANCELLED
    except InvalidRequestError as error:
        print_error(error)
        return WRONG_USAGE
    except TesseraError as error:
        print_error(error)
        return FAILED
    except KeyboardInterrupt:
        print("Stopped at once.", file=sys.stderr)
        return CANCELLED


def print_error(error: TesseraError, of: str = "") -> None:
    """Print a sentence on what went wrong, and with which file where there are several."""
    place = of and f"{of}: "
    print(f"tessera: {place}{error}", file=sys.stderr)


@contextmanager
def _cancel_on_interrupt(progress: Progress) -> Iterator[None]:
    """Cancel the run at its next step on Ctrl+C or SIGTERM; a second one ends the process."""

    def on_interrupt(*_: object) -> None:
        restore_handlers()
        progress.cancel()

    def restore_handlers() -> None:
        for number, handler in previous.items():
            signal.signal(number, handler)

    previous = {number: signal.signal(number, on_interrupt) for number in _INTERRUPTS}
    try:
        yield
    finally:
        restore_handlers()


def _print_json(event: Event) -> None:
    """Print one event a line; a reader that has closed the pipe does not stop the run."""
    try:
        print(json.dumps(to_json_dict(event)), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
