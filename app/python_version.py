"""Checks that Python is new enough.

It is written in the syntax of Python 3.6, like everything that is imported before this check.
"""

import sys

OLDEST = (3, 11)


def require_supported() -> None:
    """Exit with a sentence if Python is too old to read the rest of the program."""
    if sys.version_info[:2] < OLDEST:
        sys.exit(
            "Tessera needs Python 3.11 or newer, and this is Python "
            + sys.version.split()[0]
            + ". Please install a newer one and start again with it, such as: python3.11 main.py"
        )
