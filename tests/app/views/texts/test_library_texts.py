"""What the window says about the library when it was opened."""

from app.view_models.takes.library_notice import LeftOutReason, LeftOutTake, LibraryNotice
from app.views.texts.library_texts import LibraryTexts


def test_nothing_is_said_where_nothing_happened(qapp):
    assert LibraryTexts().notice(LibraryNotice()) == ""


def test_takes_that_are_left_out_are_named_with_reasons(qapp):
    takes = (
        LeftOutTake("a", LeftOutReason.BAD_DESCRIPTION, "0 is no count"),
        LeftOutTake("b {detail}", LeftOutReason.NAME),
    )
    assert LibraryTexts().notice(LibraryNotice(left_out=takes)).splitlines() == [
        "These takes cannot be read and are left out; their files stay:",
        "a: its request.json is damaged, or a newer Tessera made it (0 is no count)",
        "b {detail}: the name of its folder cannot be used",
    ]


def test_many_that_are_left_out_are_counted(qapp):
    takes = tuple(LeftOutTake(f"take-{number}", LeftOutReason.FILES) for number in range(12))
    text = LibraryTexts().notice(LibraryNotice(left_out=takes))
    assert text.count("take-") == 5
    assert text.endswith("and 7 more")


def test_every_reason_has_its_words(qapp):
    assert LibraryTexts()._reasons().keys() == set(LeftOutReason)


def test_a_rebuilt_library_says_where_the_damaged_one_is(qapp):
    notice = LibraryNotice(damaged_database="library-damaged.sqlite", num_lost_requests=2)
    rebuilt, lost = LibraryTexts().notice(notice).split("\n\n")
    assert "library-damaged.sqlite" in rebuilt
    assert lost == "Requests of the queue that could not be read: 2."
