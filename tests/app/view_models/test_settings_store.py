"""What the window remembers."""

import pytest
from PySide6.QtCore import QByteArray, QSettings

from app.view_models.settings_store import SettingsStore


@pytest.fixture
def reopened(memory, tmp_path):
    """The memory as the next start finds it."""

    def reopen():
        memory._store.sync()
        store = QSettings(str(tmp_path / "memory.ini"), QSettings.Format.IniFormat)
        return SettingsStore(store)

    return reopen


def test_every_kind_of_value_survives_a_restart(memory, reopened):
    memory.keep("text", '雨, rain; "quoted"')
    memory.keep("flag", False)
    memory.keep("number", 0.1 + 0.2)
    memory.keep("blob", QByteArray(b"\x00\x01"))
    again = reopened()
    assert again.text("text") == '雨, rain; "quoted"'
    assert again.flag("flag", default=True) is False
    assert again.number("number", 0.0) == 0.1 + 0.2
    assert again.blob("blob") == QByteArray(b"\x00\x01")


def test_what_was_never_kept_is_the_default(memory):
    assert memory.text("x", "y") == "y"
    assert memory.flag("x", default=True) is True
    assert memory.number("x", 2.5) == 2.5
    assert memory.blob("x").isEmpty()


def test_what_was_forgotten_is_the_default(memory, reopened):
    memory.keep("x", "value")
    memory.forget("x")
    memory.forget("never kept")
    assert reopened().text("x", "y") == "y"


def test_what_was_damaged_is_the_default(memory):
    memory.keep("number", "many")
    assert memory.number("number", 2.5) == 2.5
