"""The language of the studio: the system's, if it is translated, or the person's choice."""

from enum import StrEnum

from PySide6.QtCore import QLocale

from app.view_models.settings_store import SettingsStore

_SETTINGS_KEY = "language"


class Language(StrEnum):
    """What a person may choose."""

    SYSTEM = "system"
    ENGLISH = "en"
    CHINESE = "zh_CN"


def remembered_language(memory: SettingsStore) -> Language:
    """Return the stored choice."""
    try:
        return Language(memory.text(_SETTINGS_KEY, Language.SYSTEM))
    except ValueError:
        return Language.SYSTEM


def remember_language(memory: SettingsStore, language: Language) -> None:
    """Store the choice for the next start; texts are set only while the window is built."""
    memory.keep(_SETTINGS_KEY, str(language))


def effective_language(choice: Language, system: QLocale) -> Language:
    """Return the language to use: the choice, or else the system's if it is translated.

    Traditional Chinese gets English, since the translation is in Simplified Chinese.
    """
    if choice is not Language.SYSTEM:
        return choice
    is_chinese = system.language() is QLocale.Language.Chinese
    is_simplified = system.script() is QLocale.Script.SimplifiedChineseScript
    return Language.CHINESE if is_chinese and is_simplified else Language.ENGLISH
