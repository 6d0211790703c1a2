"""Installs the translation of the language in use: our texts, and Qt's for standard buttons."""

import logging
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app.paths import TRANSLATIONS
from app.view_models.language import Language, effective_language

_log = logging.getLogger(__name__)


def install_translation(application: QCoreApplication, choice: Language) -> list[QTranslator]:
    """Translate from now on; texts that are set already stay as they are.

    Returns:
        What was installed; nothing for English, the language of the sources.
    """
    language = effective_language(choice, QLocale.system())
    if language is Language.ENGLISH:
        return []
    qt_folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    files = (qt_folder / f"qtbase_{language}.qm", TRANSLATIONS / f"tessera_{language}.qm")
    return [one for one in (_install(application, file) for file in files) if one]


def _install(application: QCoreApplication, file: Path) -> QTranslator | None:
    """Install one file; where it is missing, its texts stay English."""
    translator = QTranslator(application)
    if not translator.load(str(file)):
        _log.info("there is no translation at %s", file)
        return None
    application.installTranslator(translator)
    return translator
