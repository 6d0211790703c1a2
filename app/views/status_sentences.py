"""The run in words: stage, tiles, time left, and how it ended."""

import math

from PySide6.QtCore import QCoreApplication

from app.models.run_status import Outcome, RunStatusModel, sentence_of
from app.models.tile_grid import TileGridModel
from core.events import Stage, TileState


def _tr(text: str) -> str:
    return QCoreApplication.translate("StatusSentences", text)


class StatusSentences:
    """Reads the models and writes short sentences."""

    def __init__(self, status: RunStatusModel, tiles: TileGridModel) -> None:
        self._status = status
        self._tiles = tiles

    def sentence(self) -> str:
        """What is going on."""
        if self._status.error is not None:
            return sentence_of(self._status.error) or _tr(
                "Something went wrong that Tessera did not foresee. Your settings are still "
                "here; copy the details to report it."
            )
        if self._status.stage is not None:
            return " · ".join(filter(None, (self._stage(), self._status.notice)))
        return self._outcome()

    def tiles(self) -> str:
        """Tiles and barrier of the decoding in hand."""
        if self._status.stage not in (Stage.DECODING, Stage.VOCODING) or not self._tiles.tiles:
            return ""
        tiles = _tr("{done} of {all} tiles").format(
            done=self._tiles.num_done, all=len(self._tiles.tiles)
        )
        running = [
            str(number)
            for number, tile in enumerate(self._tiles.tiles, start=1)
            if tile.state is TileState.RUNNING
        ]
        return " · ".join(
            filter(None, (tiles, running and _tr("tile {n}").format(n=", ".join(running))))
        )

    def remaining(self) -> str:
        """Time to the end, rounded: nobody believes the last second."""
        if self._status.stage is None or self._status.remaining_s is None:
            return ""
        return _tr("{time} left").format(time=rough_time(self._status.remaining_s))

    def _stage(self) -> str:
        status = self._status
        if status.stage is Stage.DENOISING and status.num_steps:
            return _tr("Denoising, step {step} of {all}").format(
                step=status.step, all=status.num_steps
            )
        return {
            Stage.DOWNLOADING: _tr("Downloading the model"),
            Stage.LOADING: _tr("Loading the model"),
            Stage.CONDITIONING: _tr("Reading the prompt"),
            Stage.ENCODING: _tr("Reading the sound"),
            Stage.DENOISING: _tr("Denoising"),
            Stage.DECODING: _tr("Laying tiles"),
            Stage.VOCODING: _tr("Making sound"),
            Stage.WRITING: _tr("Writing the file"),
        }[status.stage]

    def _outcome(self) -> str:
        match self._status.outcome:
            case Outcome.FINISHED:
                done = _tr("Done in {time}").format(time=exact_time(self._status.took_s))
                return " · ".join(filter(None, (done, self._status.notice)))
            case Outcome.CANCELLED:
                return _tr("Cancelled")
        return _tr("Ready")


def exact_time(seconds: float) -> str:
    """`8.3 s`, `2 min 5 s`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def rough_time(seconds: float) -> str:
    """`a moment`, `8 s`, `25 s`, `3 min`: as exact as an estimate may be."""
    if seconds < 2:
        return _tr("a moment")
    if seconds < 10:
        return f"{math.ceil(seconds)} s"
    if seconds < 90:
        return f"{math.ceil(seconds / 5) * 5} s"
    return f"{round(seconds / 60)} min"
