"""What is heard of the arrangement now: another mix takes its place at any time."""

from collections.abc import Mapping

from core.api.arrays import FloatArray
from core.api.region import Span
from core.arrangement.arrangement import Arrangement
from core.arrangement.mix import Mix
from core.arrangement.sound_source import SoundSource


class LiveMix:
    """The sound that the player reads while the window changes the arrangement.

    The window's thread calls `change`. One other thread reads: a mix is read by one at a time.

    Attributes:
        sample_rate: Samples a second.
        channels: 1, or 2 for left and right.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self.sample_rate, self.channels = sample_rate, channels
        # Replaced as a whole: a read that goes on in the other thread ends with the mix it has.
        self._mix = Mix(Arrangement(sample_rate=sample_rate, num_channels=channels), {})
        self._num_samples = 0

    @property
    def num_samples(self) -> int:
        """Its length, that of sounds included that are not read yet."""
        return self._num_samples

    def change(self, arrangement: Arrangement, sources: Mapping[str, SoundSource]) -> None:
        """Let another arrangement be heard; sounds that are not read yet are silent."""
        self._mix = Mix(without_missing(arrangement, sources), sources)
        self._num_samples = arrangement.num_samples

    def read(self, span: Span) -> FloatArray:
        """The samples (n, channels) of a span."""
        return self._mix.read(span)


class MixedSamples:
    """A mix as an array (n, channels) that is computed where it is sliced, by one thread.

    Attributes:
        shape: Its length and its channels.
        ndim: 2.
    """

    ndim = 2

    def __init__(self, mix: Mix) -> None:
        self._mix = mix
        self.shape = mix.num_samples, mix.channels

    def __len__(self) -> int:
        """Its length."""
        return self.shape[0]

    def __getitem__(self, part: slice) -> FloatArray:
        """The samples of a part, (n, channels)."""
        start, stop, _ = part.indices(len(self))
        samples = self._mix.read(Span(start, stop))
        return samples.reshape(len(samples), -1)


def without_missing(arrangement: Arrangement, sources: Mapping[str, SoundSource]) -> Arrangement:
    """An arrangement without the layers whose sounds are not there."""
    missing = {one.layer_id for one in arrangement.layers if one.sound_id not in sources}
    return arrangement.remove_layers(missing) if missing else arrangement
