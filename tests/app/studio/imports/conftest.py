"""What the tests of incoming files share."""

import pytest

from app.studio.imports.file_import import FileImport


@pytest.fixture
def file_import(qtbot, window, session, dialogs):
    file_import = FileImport(window, session, dialogs)
    with qtbot.waitSignal(session.engine_prepared):
        session.prepare_engine()
    yield file_import
    file_import.wait()
