"""The sentence that the window shows for an error, in the window's language.

The engine's sentences are English and hold paths, limits and reasons, which no table of texts
can hold. A translation therefore says by the error's type what went wrong, and quotes the
engine's sentence. In English, that sentence is shown alone.
"""

from PySide6.QtCore import QCoreApplication

from core.api.errors import (
    AudioFileError,
    DeviceLostError,
    DeviceMemoryError,
    InvalidRequestError,
    ModelLoadError,
    NonFiniteError,
    NotAgreedError,
    NotConvertedError,
    RankError,
    TesseraError,
)


def error_text(error: BaseException) -> str | None:
    """Return the sentence to show; None for an error that is not meant for a person."""
    if not isinstance(error, TesseraError):
        return None
    return _template(error).format(sentence=error)


def _template(error: TesseraError) -> str:
    """Return how the window quotes the engine; translations begin with what went wrong."""
    translate = QCoreApplication.translate
    by_kind = {
        InvalidRequestError: translate("ErrorSentences", "{sentence}", "a setting cannot be used"),
        ModelLoadError: translate("ErrorSentences", "{sentence}", "a model cannot be loaded"),
        NotAgreedError: translate("ErrorSentences", "{sentence}", "a download waits for consent"),
        NotConvertedError: translate(
            "ErrorSentences", "{sentence}", "a conversion waits for consent"
        ),
        DeviceMemoryError: translate("ErrorSentences", "{sentence}", "memory does not suffice"),
        DeviceLostError: translate("ErrorSentences", "{sentence}", "a device is gone"),
        NonFiniteError: translate("ErrorSentences", "{sentence}", "a network gave unusable values"),
        RankError: translate("ErrorSentences", "{sentence}", "one of several devices failed"),
        AudioFileError: translate("ErrorSentences", "{sentence}", "a sound file is unusable"),
        TesseraError: translate("ErrorSentences", "{sentence}", "any other error"),
    }
    return next(template for kind, template in by_kind.items() if isinstance(error, kind))
