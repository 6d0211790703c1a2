"""What an error says to a person, in the language of the window.

The engine speaks English: its sentences hold paths, limits and reasons that no table of texts can
foresee. A translation says by the error's type what went wrong, and quotes the engine's sentence
for the rest; in English that sentence is all there is to say.
"""

from PySide6.QtCore import QCoreApplication

from core.api.errors import (
    AudioFileError,
    DeviceMemoryError,
    InvalidRequestError,
    ModelLoadError,
    NonFiniteError,
    NotAgreedError,
    TesseraError,
)


def error_text(error: BaseException) -> str | None:
    """The sentence to show; None for an error that was never meant for a person's eyes."""
    if not isinstance(error, TesseraError):
        return None
    return _template(error).format(sentence=error)


def _template(error: TesseraError) -> str:
    """How the window quotes the engine; translations lead in with what went wrong."""
    translate = QCoreApplication.translate
    by_kind = {
        InvalidRequestError: translate("ErrorSentences", "{sentence}", "a setting cannot be used"),
        ModelLoadError: translate("ErrorSentences", "{sentence}", "a model cannot be loaded"),
        NotAgreedError: translate("ErrorSentences", "{sentence}", "a download waits for consent"),
        DeviceMemoryError: translate("ErrorSentences", "{sentence}", "memory does not suffice"),
        NonFiniteError: translate("ErrorSentences", "{sentence}", "a network gave unusable values"),
        AudioFileError: translate("ErrorSentences", "{sentence}", "a sound file is unusable"),
        TesseraError: translate("ErrorSentences", "{sentence}", "any other error"),
    }
    return next(template for kind, template in by_kind.items() if isinstance(error, kind))
