"""Finding what is meant by a few letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.views.commands.fuzzy_match import fuzzy_score

WORDS = st.text(st.characters(codec="ascii", categories=("Ll", "Lu", "Zs")), max_size=30)


@given(text=WORDS, data=st.data())
def test_some_of_its_letters_in_their_order_find_a_text(text, data):
    kept = data.draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    query = "".join(letter for letter, keep in zip(text, kept, strict=True) if keep)
    assert fuzzy_score(query, text) is not None
    assert fuzzy_score(query.swapcase(), text) == fuzzy_score(query, text)


@given(text=WORDS)
def test_a_letter_that_is_not_there_finds_nothing(text):
    assert fuzzy_score(text + "!", text) is None


@pytest.mark.parametrize(
    ("query", "meant", "other"),
    [
        ("zi", "Zoom in", "Resize"),
        ("exp", "Export…", "Edit prompt"),
        ("play", "Play or pause", "Start at the play head"),
        ("导出", "导出…", "导入后退出"),
    ],
)
def test_word_beginnings_and_runs_fit_better(query, meant, other):
    score, other_score = fuzzy_score(query, meant), fuzzy_score(query, other)
    assert other_score is None or score > other_score


def test_no_letters_fit_everything_equally():
    assert fuzzy_score("  ", "Zoom in") == fuzzy_score("", "Quit") == 0.0
