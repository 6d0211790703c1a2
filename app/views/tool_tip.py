"""Tool tips of more than a line."""

from html import escape

_LONGEST_LINE = 60


def wrapped(text: str) -> str:
    """A hint that Qt breaks into lines: it does so with rich text alone."""
    return f"<p>{escape(text)}</p>" if len(text) > _LONGEST_LINE else text
