"""Texts about an arrangement: its size, its tracks, and a summary of each layer."""

from PySide6.QtCore import QObject

from app.clock_time import clock_text
from app.views.texts.units import level_text
from core.arrangement.arrangement import Arrangement
from core.arrangement.layer import QUIETEST_DB, Layer
from core.arrangement.track import Track


class ArrangementTexts(QObject):
    """Makes the texts of the arrangement view."""

    def title(self, arrangement: Arrangement) -> str:
        """What it is called."""
        return arrangement.name or self.tr("Arrangement")

    def size(self, arrangement: Arrangement) -> str:
        """How many layers there are, and how long it is."""
        return self.tr("{layers} layers on {tracks} tracks · {length}").format(
            layers=len(arrangement.layers),
            tracks=len(arrangement.tracks),
            length=clock_text(arrangement.duration_s, 1),
        )

    def track_name(self, track: Track, number: int) -> str:
        """Its name, or its number from the top."""
        return track.name or self.tr("Track {number}").format(number=number)

    def layer_name(self, layer: Layer) -> str:
        """What a layer is called."""
        return self.name(layer.label)

    def name(self, label: str) -> str:
        """A label, also where there is none."""
        return label or self.tr("Without a prompt")

    def gain(self, gain_db: float) -> str:
        """`−6.0 dB`, `+3.0 dB`, `silent`."""
        if gain_db <= QUIETEST_DB:
            return self.tr("silent")
        sign = "+" if gain_db > 0 else ""
        return self.tr("{sign}{level} dB").format(sign=sign, level=level_text(gain_db))

    def layer(self, arrangement: Arrangement, layer: Layer) -> str:
        """A layer in words: name, track, place, gain, fades, whether it repeats or is muted."""
        rate = arrangement.sample_rate
        ids = [one.track_id for one in arrangement.tracks]
        number = ids.index(layer.track_id) + 1
        parts = [
            self.layer_name(layer),
            self.track_name(arrangement.track(layer.track_id), number),
            self.tr("{start} to {stop}").format(
                start=clock_text(layer.start / rate, 2), stop=clock_text(layer.stop / rate, 2)
            ),
        ]
        if layer.gain_db:
            parts.append(self.gain(layer.gain_db))
        fades = (
            (self.tr("fade in {seconds} s"), layer.fade_in),
            (self.tr("fade out {seconds} s"), layer.fade_out),
        )
        parts += [text.format(seconds=f"{length / rate:.2f}") for text, length in fades if length]
        if layer.is_looped:
            parts.append(self.tr("repeats"))
        if layer.is_muted:
            parts.append(self.tr("muted"))
        return " · ".join(parts)

    def chosen(self, arrangement: Arrangement, layers: tuple[Layer, ...]) -> str:
        """What is chosen, or the size of everything where nothing is."""
        if not layers:
            return self.size(arrangement)
        if len(layers) == 1:
            return self.layer(arrangement, layers[0])
        return self.tr("{count} layers chosen").format(count=len(layers))
