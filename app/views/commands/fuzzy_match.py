"""Finds what somebody means by a few of its letters: `zmi` is `Zoom in`."""

_AT_WORD_START, _IN_A_ROW, _ANYWHERE = 3.0, 2.0, 1.0
_NOWHERE = float("-inf")


def fuzzy_score(query: str, text: str) -> float | None:
    """How well letters fit a text; None when they are not all in it, in their order.

    Letters that begin words or follow one another count more, and of two texts with the same
    letters the shorter fits better. Case and spaces of the query do not matter. Law: a text fits
    whatever is left of it when some of its letters are taken away.

    Args:
        query: What was typed; nothing fits everything.
        text: What it may mean.
    """
    letters, text = "".join(query.split()).casefold(), text.casefold()
    if not letters:
        return 0.0
    best = _first_row(letters[0], text)
    for letter in letters[1:]:
        best = _next_row(best, letter, text)
    score = max(best, default=_NOWHERE)
    return None if score == _NOWHERE else score - len(text) / 1000


def _first_row(letter: str, text: str) -> list[float]:
    """Best score of one letter, for each place where it may be found."""
    return [
        _worth(text, place) if text[place] == letter else _NOWHERE for place in range(len(text))
    ]


def _next_row(before: list[float], letter: str, text: str) -> list[float]:
    """Best score of one letter more, for each place where the last one may be found."""
    scores, best_before = [], _NOWHERE
    for place, character in enumerate(text):
        beside = before[place - 1] + _IN_A_ROW if place else _NOWHERE
        reached = max(best_before, beside)
        scores.append(reached + _worth(text, place) if character == letter else _NOWHERE)
        best_before = max(best_before, before[place])
    return scores


def _worth(text: str, place: int) -> float:
    begins_word = place == 0 or not text[place - 1].isalnum()
    return _AT_WORD_START if begins_word else _ANYWHERE
