"""Texts about a sound to start from: its facts, and what of it cannot be heard."""

from PySide6.QtCore import QObject

from app.clock_time import clock_text
from app.view_models.viewer.opened_source import OpenedSource


class SourceTexts(QObject):
    """Makes the caption of a source."""

    def caption(self, source: OpenedSource) -> str:
        """Its flaws and its facts."""
        facts = source.facts
        text = self.tr("{length} · {rate} kHz · {channels} · as the model will hear it").format(
            length=clock_text(facts.duration_s, 1),
            rate=f"{facts.sample_rate / 1000:g}",
            channels=self._channels(facts.channels),
        )
        return " · ".join(filter(None, (self.flaws(source), text)))  # the end may be elided

    def flaws(self, source: OpenedSource) -> str:
        """What of it cannot be heard; empty where all of it can."""
        flaws = []
        if source.facts.missing_s:
            flaws.append(
                self.tr("{seconds} s are missing: cut off or damaged").format(
                    seconds=f"{source.facts.missing_s:.1f}"
                )
            )
        if source.is_cancelled:
            flaws.append(self.tr("its channels cancel each other out"))
        return " · ".join(flaws)

    def _channels(self, channels: int) -> str:
        names = {1: self.tr("mono"), 2: self.tr("stereo")}
        return names.get(channels) or self.tr("{n} channels").format(n=channels)
