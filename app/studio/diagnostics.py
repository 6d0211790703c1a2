"""The log file, unexpected errors, and the report of an error that can be copied."""

import json
import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

import platformdirs

from core.api.request import GenerationRequest
from core.version import __version__

_MAX_BYTES = 1_000_000
_KEPT_FILES = 3
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_log = logging.getLogger("tessera")


def log_folder() -> Path:
    """The folder of the log files."""
    return platformdirs.user_log_path("Tessera", appauthor=False)


def start_logging() -> None:
    """Write warnings and worse to the log file; without a writable folder, go on without one."""
    handlers: list[logging.Handler] = []
    try:
        log_folder().mkdir(parents=True, exist_ok=True)
        handlers.append(
            RotatingFileHandler(
                log_folder() / "tessera.log",
                maxBytes=_MAX_BYTES,
                backupCount=_KEPT_FILES,
                encoding="utf-8",
            )
        )
    except OSError as error:
        print(f"Tessera cannot write its log: {error}", file=sys.stderr or sys.__stdout__)
    if sys.stderr is not None:  # a windowed build has none
        handlers.append(logging.StreamHandler())
    for handler in handlers:
        handler.setFormatter(logging.Formatter(_FORMAT))
        logging.getLogger().addHandler(handler)


def report_unexpected_errors(report: Callable[[BaseException], None]) -> None:
    """Log and report every exception that was not caught; the window stays open.

    Args:
        report: Called with the exception, in the thread it happened in.
    """

    def on_exception(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.error("an unexpected error", exc_info=(kind, error, trace))
        report(error)

    sys.excepthook = on_exception
    threading.excepthook = lambda caught: on_exception(
        caught.exc_type, caught.exc_value or caught.exc_type(), caught.exc_traceback
    )


def error_report(error: BaseException, request: GenerationRequest | None) -> str:
    """The error with its traceback, the request and the machine it happened on."""
    trace = "".join(traceback.format_exception(error)).rstrip()
    asked = json.dumps(request.to_dict(), ensure_ascii=False) if request else "none"
    return "\n".join(
        (
            f"Tessera {__version__}, Python {platform.python_version()}, {platform.platform()}",
            f"Request: {asked}",
            "",
            trace,
        )
    )
