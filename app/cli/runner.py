"""Runs a command on the terminal: exit code, progress, errors and Ctrl+C."""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.cli.streams import lossy_streams
from app.cli.terminal import TerminalListener
from core.api.errors import Cancelled, InvalidRequestError, TesseraError
from core.api.events import Event, to_json_dict
from core.api.progress import Progress
from core.runtime.memory_errors import as_memory_error
from core.runtime.part_files import remove_leftovers

FAILED, WRONG_USAGE, CANCELLED = 1, 2, 130
_INTERRUPTS = (signal.SIGINT, signal.SIGTERM)
_HANG_UP = getattr(signal, "SIGHUP", None)  # the terminal was closed; Windows has none


def run_command(
    options: argparse.Namespace, work: Callable[[argparse.Namespace, Progress], int]
) -> int:
    """Run `work` and return its exit code, or that of its failure.

    Nobody has to read what is printed: a closed pipe or a full disk under it costs no sound.
    """
    with lossy_streams():
        return _run(options, work)


@contextmanager
def stopped_at_once() -> Iterator[None]:
    """End the command at the first Ctrl+C inside the block, where nothing checks for it.

    Imports take seconds, and have nothing to tidy up.
    """
    previous = {number: signal.getsignal(number) for number in _INTERRUPTS}
    for number in _INTERRUPTS:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _run(options: argparse.Namespace, work: Callable[[argparse.Namespace, Progress], int]) -> int:
    progress = Progress(_print_json if options.json else TerminalListener(sys.stderr))
    try:
        with _cancel_on_interrupt(progress):
            remove_leftovers()
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
    except (MemoryError, RuntimeError, ImportError, OSError, SystemError) as error:
        explained = as_memory_error(error)
        if not isinstance(explained, TesseraError):
            raise
        print_error(explained)
        return FAILED
    except KeyboardInterrupt:
        print("Cancelled; nothing was written.", file=sys.stderr)
        return CANCELLED


def print_error(error: TesseraError, of: str = "") -> None:
    """Print a sentence on what went wrong, and with which file where there are several."""
    place = of and f"{of}: "
    print(f"tessera: {place}{error}", file=sys.stderr)


@contextmanager
def _cancel_on_interrupt(progress: Progress) -> Iterator[None]:
    """Cancel the run at its next step on Ctrl+C or SIGTERM; a second one ends the process.

    A closed terminal cancels it too, as often as the signal comes: both the system and the shell
    send it. A run under nohup, which ignores it, goes on.
    """

    def on_interrupt(*_: object) -> None:
        restore_handlers()
        progress.cancel()

    def on_hang_up(*_: object) -> None:
        progress.cancel()

    def restore_handlers() -> None:
        for number, handler in previous.items():
            signal.signal(number, handler)

    previous = {number: signal.signal(number, on_interrupt) for number in _INTERRUPTS}
    hears_hang_up = _HANG_UP and signal.getsignal(_HANG_UP) is signal.SIG_DFL
    if _HANG_UP and hears_hang_up:
        signal.signal(_HANG_UP, on_hang_up)
    try:
        yield
    finally:
        restore_handlers()
        if _HANG_UP and hears_hang_up:
            signal.signal(_HANG_UP, signal.SIG_DFL)


def _print_json(event: Event) -> None:
    """Print one event a line."""
    print(json.dumps(to_json_dict(event)), flush=True)
