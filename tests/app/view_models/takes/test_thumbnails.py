"""Small pictures: asked for once, and let go when there are many."""

from PySide6.QtGui import QImage

from app.view_models.takes.thumbnails import Thumbnails


def test_a_picture_is_asked_for_once_and_kept(qtbot):
    thumbnails, wanted = Thumbnails(), []
    thumbnails.wanted.connect(wanted.append)
    assert thumbnails.image("a") is None
    assert thumbnails.image("a") is None
    thumbnails.put("a", QImage(2, 2, QImage.Format.Format_Grayscale8))
    assert thumbnails.image("a").width() == 2
    assert wanted == ["a"]
    thumbnails.forget("a")
    thumbnails.image("a")
    assert wanted == ["a", "a"]


def test_the_oldest_go_when_there_are_many(qtbot):
    thumbnails, wanted = Thumbnails(), []
    thumbnails.wanted.connect(wanted.append)
    for number in range(2000):
        thumbnails.image(str(number))
    thumbnails.image("1999")
    assert len(wanted) == 2000
    thumbnails.image("0")
    assert len(wanted) == 2001
