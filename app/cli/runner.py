"""A command that makes sounds, told on the terminal: its exit code, its progress, Ctrl+C."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.cli.terminal import TerminalListener
from core.api.errors import Cancelled, InvalidRequestError, TesseraError
from core.api.events import Event, to_json_dict
from core.api.progress import Progress

FAILED, ASKED_WRONGLY, CANCELLED = 1, 2, 130
_INTERRUPTS = (signal.SIGINT, signal.SIGTERM)


def carry_out(
    options: argparse.Namespace, work: Callable[[argparse.Namespace, Progress], int]
) -> int:
    """Do the work of a command and return its exit code, or that of its failure."""
    progress = Progress(_print_json if options.json else TerminalListener(sys.stderr))
    try:
        with _cancel_on_interrupt(progress):
            return work(options, progress)
    except Cancelled:
        print("Cancelled; nothing was written.", file=sys.stderr)
        return CANCELLED
    except InvalidRequestError as error:
        complain(error)
        return ASKED_WRONGLY
    except TesseraError as error:
        complain(error)
        return FAILED
    except KeyboardInterrupt:
        print("Stopped at once.", file=sys.stderr)
        return CANCELLED


def complain(error: TesseraError, of: Path | None = None) -> None:
    """Say what went wrong, and with which file where there are several."""
    place = "" if of is None else f"{of}: "
    print(f"tessera: {place}{error}", file=sys.stderr)


@contextmanager
def _cancel_on_interrupt(progress: Progress) -> Iterator[None]:
    """Ctrl+C, or a wish to terminate, stops the run at its next step; a second one at once."""

    def on_interrupt(*_: object) -> None:
        give_back()
        progress.cancel()

    def give_back() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    before = {number: signal.signal(number, on_interrupt) for number in _INTERRUPTS}
    try:
        yield
    finally:
        give_back()


def _print_json(event: Event) -> None:
    """One event a line; when nobody reads any more, the sound is still made."""
    try:
        print(json.dumps(to_json_dict(event)), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
