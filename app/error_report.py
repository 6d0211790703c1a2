"""What "Copy details" copies: everything a report needs, as plain text."""

import json
import platform
import traceback

from core.request import GenerationRequest
from core.version import __version__


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
