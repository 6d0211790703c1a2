"""Shows a run on a terminal: one progress line that is overwritten, and lines that stay."""

import os
from typing import TextIO

from core.api.byte_count import size_text
from core.api.events import (
    BarrierPassed,
    BytesReceived,
    DenoisingStep,
    Event,
    ExportAdvanced,
    Notice,
    RunExpected,
    Stage,
    StageFinished,
    StageStarted,
    TileDecoded,
    TilePlanned,
)


class TerminalListener:
    """Prints events for a person; to a file or a pipe, only the lines that stay.

    Args:
        stream: Where to write, usually standard error.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._line_length = 0
        self._stage = Stage.DOWNLOADING
        self._num_tiles = 0
        self._tiles_done = 0

    def __call__(self, event: Event) -> None:
        """Print one event."""
        match event:
            case StageStarted(stage):
                self._stage = stage
                self._show_progress(f"{stage} …")
            case StageFinished(stage, duration_s):
                self._print(f"{stage}: {duration_s:.1f} s")
            case BytesReceived(received, total):
                received_text, total_text = size_text(received), size_text(total)
                self._show_progress(f"{self._stage}: {received_text} of {total_text}")
            case DenoisingStep(step, num_steps):
                self._show_progress(f"{Stage.DENOISING}: step {step} of {num_steps}")
            case TilePlanned(explanation=explanation, tiles=tiles):
                self._num_tiles, self._tiles_done = len(tiles), 0
                self._print(explanation)
            case BarrierPassed(barrier, num_barriers):
                self._show_progress(f"{Stage.DECODING}: group norm {barrier} of {num_barriers}")
            case TileDecoded():
                self._tiles_done += 1
                self._show_progress(
                    f"{Stage.DECODING}: tile {self._tiles_done} of {self._num_tiles}"
                )
            case RunExpected(duration_s, expected_s, disk_bytes):
                self._print(
                    f"{duration_s:g} s of sound: about {_rounded(expected_s)} of work, and "
                    f"{size_text(disk_bytes)} on the disk meanwhile"
                )
            case ExportAdvanced(fraction):
                self._show_progress(f"{Stage.WRITING}: {fraction:.0%}")
            case Notice(sentence):
                self._print(sentence)

    def _print(self, sentence: str) -> None:
        self._stream.write(f"{self._cleared_line()}{sentence}\n")
        self._stream.flush()

    def _show_progress(self, text: str) -> None:
        if self._live:
            self._stream.write(f"{self._cleared_line()}{text}")
            self._stream.flush()
            self._line_length = len(text)

    def _cleared_line(self) -> str:
        """What overwrites the progress line with spaces: some terminals know no escape codes."""
        length, self._line_length = self._line_length, 0
        return f"\r{' ' * length}\r" if length else ""


def _rounded(duration_s: float) -> str:
    """Return a duration rounded to what an estimate can promise."""
    if duration_s < 90:
        return f"{max(1, round(duration_s))} s"
    minutes = round(duration_s / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes / 60:.1f} h"
