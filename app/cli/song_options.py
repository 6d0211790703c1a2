"""Options of a song, for a model that sings: lyrics, their language, tempo, key and beats."""

import argparse
from pathlib import Path

from core.api.request import FASTEST_BPM, SLOWEST_BPM, GenerationRequest


def add_song(parser: argparse.ArgumentParser) -> None:
    """Add what is sung, how fast and in which key."""
    song = parser.add_argument_group("for a model that sings")
    song.add_argument(
        "--lyrics",
        type=_lyrics,
        default="",
        metavar="TEXT",
        help="what is sung, with marks such as [verse] and [chorus]; @FILE reads it from a file",
    )
    song.add_argument(
        "--lyrics-language",
        default=GenerationRequest().lyrics_language,
        metavar="CODE",
        help="the language of the lyrics, such as en (the default) or zh",
    )
    song.add_argument(
        "--bpm", type=int, metavar="N", help=f"beats a minute, {SLOWEST_BPM} to {FASTEST_BPM}"
    )
    song.add_argument("--key", default="", metavar="KEY", help='key and scale, such as "C major"')
    song.add_argument("--beats", type=int, metavar="N", help="beats in a bar, such as 3 or 4")


def _lyrics(text: str) -> str:
    """Return lyrics, or those of a file.

    Raises:
        argparse.ArgumentTypeError: The file cannot be read; argparse prints the sentence.
    """
    if not text.startswith("@"):
        return text
    path = Path(text[1:])
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(
            f"{path} cannot be read; please name a text file in UTF-8."
        ) from error
