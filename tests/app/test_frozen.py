import os
import sys

import pytest

from app import frozen


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A built application's process, put back in order afterwards."""
    for name in ("LD_LIBRARY_PATH", "LD_LIBRARY_PATH_ORIG", "QT_PLUGIN_PATH", "QML2_IMPORT_PATH"):
        monkeypatch.setenv(name, "own")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    return monkeypatch


def test_other_programs_do_not_inherit_our_libraries(built: pytest.MonkeyPatch) -> None:
    built.setenv("LD_LIBRARY_PATH_ORIG", "the person's own")

    frozen.prepare_process()

    assert os.environ["LD_LIBRARY_PATH"] == "the person's own"
    assert not {"LD_LIBRARY_PATH_ORIG", "QT_PLUGIN_PATH", "QML2_IMPORT_PATH"} & os.environ.keys()


def test_where_there_was_no_search_path_there_is_none_again(built: pytest.MonkeyPatch) -> None:
    built.delenv("LD_LIBRARY_PATH_ORIG")

    frozen.prepare_process()

    assert "LD_LIBRARY_PATH" not in os.environ


def test_printing_goes_nowhere_where_there_is_no_console(built: pytest.MonkeyPatch) -> None:
    built.setattr(sys, "stdout", None)
    built.setattr(sys, "stderr", None)

    frozen.prepare_process()

    assert sys.stdout.write("…") == 1
    assert not sys.stderr.isatty()
    sys.stdout.close()
    sys.stderr.close()


def test_what_to_type_differs_between_source_and_build(monkeypatch: pytest.MonkeyPatch) -> None:
    assert frozen.command() == "python3 main.py"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert frozen.command() == "tessera"
