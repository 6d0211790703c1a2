"""Makes a prompt a part of a file name that every system takes, for window and command line."""

import unicodedata

_JOINERS = "\u200c\u200d"  # which choose a letter's form in Persian and Indic scripts


def prompt_slug(prompt: str, max_characters: int) -> str:
    """Return `organ-slow` for `Organ, slow!`; "" where the prompt holds no letter or digit.

    Letters and digits of any script are kept, with their vowel signs.
    """
    kept = "".join(char if _is_of_word(char) else " " for char in prompt.lower())
    words = filter(None, map(_without_marks_before, kept.split()))
    return _cut("-".join(words), max_characters)


def _is_of_word(char: str) -> bool:
    return char.isalnum() or char in _JOINERS or unicodedata.category(char).startswith("M")


def _without_marks_before(word: str) -> str:
    """The word from its first letter or digit on: a mark alone would change what is before it."""
    first = next((place for place, char in enumerate(word) if char.isalnum()), len(word))
    return word[first:].rstrip(_JOINERS)


def _cut(slug: str, max_characters: int) -> str:
    """So many characters at most, none of them without the marks that follow it."""
    end = max_characters
    while end < len(slug) and not (slug[end].isalnum() or slug[end] == "-"):
        end -= 1
    return slug[:end].strip("-" + _JOINERS)
