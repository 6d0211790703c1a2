"""Tool tips that Qt can break into lines."""

from PySide6.QtGui import QTextDocument

from app.views.widgets.labels import wrapped


def test_a_short_hint_stays_as_it_is():
    assert wrapped("Back to 25") == "Back to 25"


def test_a_long_hint_becomes_rich_text_that_shows_what_it_says():
    hint = "Longer tiles are quicker <and> take more memory & time; 5 s are usually enough."
    document = QTextDocument()
    document.setHtml(wrapped(hint))
    assert wrapped(hint).startswith("<p>")
    assert document.toPlainText() == hint
