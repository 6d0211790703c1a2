"""Texts about the run: stage, tiles, time left, and how it ended."""

import math

from PySide6.QtCore import QObject

from app.view_models.takes.run_status import Outcome, RunStatusModel
from app.view_models.viewer.tile_grid import TileGridModel
from app.views.texts.error_texts import error_text
from core.api.events import Stage, TileState

_MOMENT_S = 2.0


class StatusTexts(QObject):
    """Makes short sentences of the run's status and tiles."""

    def __init__(
        self, status: RunStatusModel, tiles: TileGridModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._status = status
        self._tiles = tiles

    def sentence(self) -> str:
        """What is going on."""
        if self._status.error is not None:
            return error_text(self._status.error) or self.tr(
                "Something went wrong that Tessera did not foresee. Your settings are still "
                "here; copy the details to report it."
            )
        if self._status.ahead_s is not None and self._status.stage is not None:
            return _joined(self._endless(), self._next_prompt(), self._status.notice)
        if (stage := self._status.stage) is not None:
            return _joined(self._stage(stage), self._first_sound(), self._status.notice)
        return self._outcome()

    def _endless(self) -> str:
        """How far an endless sound is made ahead of what is heard."""
        status = self._status
        if status.is_slow:
            return self.tr(
                "Endless: {seconds} s ahead · this machine makes sound slower than it plays, so "
                "it pauses to buffer"
            ).format(seconds=status.ahead_s)
        return self.tr("Endless: {seconds} s ahead").format(seconds=status.ahead_s)

    def _next_prompt(self) -> str:
        """What an endless sound goes on to, where a person changed it."""
        prompt = " ".join(self._status.prompt.split())
        return self.tr("goes on to “{prompt}”").format(prompt=prompt) if prompt else ""

    def tiles(self) -> str:
        """The tiles of the current decoding."""
        if self._status.stage not in (Stage.DECODING, Stage.VOCODING) or not self._tiles.tiles:
            return ""
        tiles = self.tr("Tiles: {done} of {all}").format(
            done=self._tiles.num_done, all=len(self._tiles.tiles)
        )
        running = [
            str(number)
            for number, tile in enumerate(self._tiles.tiles, start=1)
            if tile.state is TileState.RUNNING
        ]
        if not running:
            return tiles
        return f"{tiles} · " + self.tr("tile {n}").format(n=", ".join(running))

    def remaining(self) -> str:
        """The time left, rounded to what an estimate can promise."""
        if self._status.stage is None or self._status.remaining_s is None:
            return ""
        return self.tr("{time} left").format(time=self._rough_time(self._status.remaining_s))

    def _stage(self, stage: Stage) -> str:
        status = self._status
        if stage is Stage.DENOISING and status.num_steps:
            return self.tr("Denoising, step {step} of {all}").format(
                step=status.step, all=status.num_steps
            )
        sentences = {
            Stage.DOWNLOADING: self.tr("Downloading the model"),
            Stage.CONVERTING: self.tr("Converting the weights"),
            Stage.LOADING: self.tr("Loading the model"),
            Stage.CONDITIONING: self.tr("Reading the prompt"),
            Stage.ENCODING: self.tr("Reading the sound"),
            Stage.DENOISING: self.tr("Denoising"),
            Stage.DECODING: self.tr("Decoding tiles"),
            Stage.VOCODING: self.tr("Making sound"),
            Stage.WRITING: self.tr("Writing the file"),
        }
        return sentences.get(stage) or str(stage).capitalize()

    def _first_sound(self) -> str:
        """How long it took until the first sound was heard."""
        if self._status.first_sound_s is None:
            return ""
        return self.tr("heard after {time}").format(time=exact_time(self._status.first_sound_s))

    def _outcome(self) -> str:
        match self._status.outcome:
            case Outcome.FINISHED:
                done = self.tr("Done in {time}").format(time=exact_time(self._status.took_s))
                return _joined(done, self._first_sound(), self._status.notice)
            case Outcome.CANCELLED:
                return self.tr("Cancelled")
        return _joined(self.tr("Ready"), self._status.notice)

    def _rough_time(self, seconds: float) -> str:
        """`a moment`, `8 s`, `25 s`, `3 min`: as exact as an estimate may be."""
        if seconds < _MOMENT_S:
            return self.tr("a moment")
        if seconds < 10:
            return f"{math.ceil(seconds)} s"
        if seconds < 90:
            return f"{math.ceil(seconds / 5) * 5} s"
        return f"{round(seconds / 60)} min"


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def exact_time(seconds: float) -> str:
    """`8.3 s`, `2 min 5 s`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"
