"""Which language the studio speaks: the system's, where it knows it, or the person's choice."""

from enum import StrEnum

from PySide6.QtCore import QLocale

from app.view_models.settings_store import SettingsStore

_MEMORY_ENTRY = "language"


class Language(StrEnum):
    """What a person may choose."""

    SYSTEM = "system"
    ENGLISH = "en"
    CHINESE = "zh_CN"


def remembered_language(memory: SettingsStore) -> Language:
    """The choice of an earlier start."""
    try:
        return Language(memory.text(_MEMORY_ENTRY, Language.SYSTEM))
    except ValueError:
        return Language.SYSTEM


def remember_language(memory: SettingsStore, language: Language) -> None:
    """Speak it from the next start on: texts are set once, while the window is built."""
    memory.keep(_MEMORY_ENTRY, str(language))


def spoken_language(choice: Language, system: QLocale) -> Language:
    """English or a translation: the system's wish is asked where the person has none.

    Traditional Chinese gets English: it is another script, and a translation of its own.
    """
    if choice is not Language.SYSTEM:
        return choice
    is_chinese = system.language() is QLocale.Language.Chinese
    is_simplified = system.script() is QLocale.Script.SimplifiedChineseScript
    return Language.CHINESE if is_chinese and is_simplified else Language.ENGLISH
