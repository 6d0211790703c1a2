"""Prints the set-up's messages on standard error, so that standard output stays clean."""

import sys


def say(sentence: str) -> None:
    """Print one line at once."""
    print(sentence, file=sys.stderr, flush=True)
