"""What a model's authors wrote, formatted without opening what it names."""

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QImage

from app.views.widgets.card_browser import CardBrowser


@pytest.fixture
def browser(qtbot):
    browser = CardBrowser()
    qtbot.addWidget(browser)
    browser.resize(400, 300)
    browser.show()
    return browser


def has_red(browser):
    image = browser.grab().toImage()
    points = ((x, y) for x in range(0, image.width(), 5) for y in range(0, image.height(), 5))
    return any(image.pixelColor(x, y) == QColor("red") for x, y in points)


@pytest.mark.parametrize(
    "text",
    ["![picture]({path})", '<img src="{path}">', "![picture]({url})", "a ![x]({path}) b\n\n# c"],
)
def test_no_picture_of_the_text_is_opened(browser, tmp_path, text):
    red = QImage(60, 60, QImage.Format.Format_RGB32)
    red.fill(QColor("red"))
    path = tmp_path / "red.png"
    assert red.save(str(path))
    browser.show_markdown(text.format(path=path, url=QUrl.fromLocalFile(str(path)).toString()))
    assert not has_red(browser)


def test_words_are_formatted(browser):
    browser.show_markdown("# A model\n\nOf **sounds**.")
    assert browser.toPlainText() == "A model\nOf sounds."


@pytest.mark.parametrize(
    ("address", "reported"),
    [
        ("https://example.org/a", ["https://example.org/a"]),
        ("file:///etc/passwd", []),
        ("//host/share", []),
        ("http://example.org", []),
        ("javascript:alert(1)", []),
        ("https:", []),
    ],
)
def test_only_links_of_the_web_are_reported_and_none_is_opened(browser, address, reported):
    clicked = []
    browser.link_clicked.connect(clicked.append)
    browser.anchorClicked.emit(QUrl(address))
    assert clicked == reported
    assert browser.source().isEmpty()
