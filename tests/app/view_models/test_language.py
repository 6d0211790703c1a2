"""Which language is spoken."""

import pytest
from PySide6.QtCore import QLocale

from app.view_models.language import (
    Language,
    effective_language,
    remember_language,
    remembered_language,
)


@pytest.mark.parametrize(
    ("system", "spoken"),
    [
        ("zh_CN", Language.CHINESE),
        ("zh_SG", Language.CHINESE),
        ("zh_TW", Language.ENGLISH),
        ("ja_JP", Language.ENGLISH),
        ("de_DE", Language.ENGLISH),
        ("C", Language.ENGLISH),
    ],
)
def test_the_system_decides_where_the_person_has_not(system, spoken):
    assert effective_language(Language.SYSTEM, QLocale(system)) is spoken


@pytest.mark.parametrize("choice", [Language.ENGLISH, Language.CHINESE])
def test_a_choice_wins_over_the_system(choice):
    for system in ("zh_CN", "de_DE"):
        assert effective_language(choice, QLocale(system)) is choice


@pytest.mark.parametrize("choice", Language)
def test_a_choice_is_remembered(memory, choice):
    remember_language(memory, choice)
    assert remembered_language(memory) is choice


def test_a_damaged_setting_means_the_systems_language(memory):
    memory.keep("language", "klingon")
    assert remembered_language(memory) is Language.SYSTEM
