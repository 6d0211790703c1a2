"""A vocoder without a neural waveform: magnitudes from the mel, phases from Griffin-Lim, in blocks.

Blocks lie on a fixed grid of absolute frames, so how frames are pushed does not matter. Each is
worked out together with a few frames of lookahead, and continues frames that can no longer
change, in the spirit of real-time spectrogram inversion (Zhu, Beauregard and Wyse, *Real-Time
Signal Estimation From Modified Short-Time Fourier Transform Magnitude Spectra*, 2007). A sample
is given away once every frame over it is decided, so all samples belong to one overlap-add.
What is lost is what the mel leaves out: fine structure within a mel band, and the true phases.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.region import Span
from core.mel import MelParams
from core.vocoders.frame_queue import FrameQueue
from core.vocoders.griffin_lim import ComplexArray, ShortTimeTransform, griffin_lim
from core.vocoders.magnitude_network import LearntMagnitudes, MagnitudeNetwork
from core.vocoders.mel_inversion import MagnitudeModel, MelInversion
from core.vocoders.phase_joint import frames_of, joined_to

LOUDEST_RMS = 0.4
"""Root mean square of the loudest frame, 5 dB below a tone of full scale: leaves room for peaks."""


class PhaseReconstructionVocoder:
    """Gives `hop_length` samples a frame: frame i, centred at its middle, answers for them.

    Approximate, and computed in float32 on the CPU. The same frames give the same samples, bit
    for bit, on the same machine. A frame louder than `LOUDEST_RMS` becomes as loud as that: a model
    may ask for more than a file can hold.

    Attributes:
        params: What the mel was made with.
        transform: Window and hop of the short-time Fourier transform.
        past_frames: Frames before a block whose windows overlap its own.

    Args:
        params: What the mel was made with.
        n_iter: Griffin-Lim iterations a block; more than 32 gain little.
        momentum: See `griffin_lim`.
        block_frames: Frames decided at a time.
        lookahead_frames: Frames after a block that are worked out with it, then anew; at least 1.
        magnitudes: The way from mel to magnitudes; smooth inversion of the filters when None.
    """

    def __init__(
        self,
        params: MelParams,
        n_iter: int = 32,
        momentum: float = 0.99,
        *,
        block_frames: int = 32,
        lookahead_frames: int = 16,
        magnitudes: MagnitudeModel | None = None,
    ) -> None:
        self.params = params
        self.n_iter = n_iter
        self.momentum = momentum
        self.block_frames = block_frames
        self.lookahead_frames = lookahead_frames
        self.magnitudes = magnitudes or MelInversion(params)
        self.transform = ShortTimeTransform(params.n_fft, params.hop_length)
        self.past_frames = math.ceil(params.n_fft / params.hop_length) - 1

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Build it from the `config.json` of a model folder's vocoder; others' entries are ignored.

        Raises:
            KeyError: An entry of the geometry is missing.
            ValueError: An entry is not a number in its range.
        """
        rate = _within("sampling_rate", config["sampling_rate"], 1000, 768_000)
        n_fft = _within("n_fft", config["n_fft"], 16, 65_536)
        hop_length = _within("hop_length", config["hop_length"], 1, n_fft // 2)
        n_mels = _within("model_in_dim", config["model_in_dim"], 1, n_fft // 2)
        params = MelParams(rate, n_fft, hop_length, n_mels, fmax=rate / 2)
        n_iter = _within("n_iter", config.get("n_iter", 32), 1, 1000)
        momentum = config.get("momentum", 0.99)
        if not isinstance(momentum, float | int) or not 0 <= momentum < 2:
            raise ValueError(f"momentum has to be at least 0 and below 2, not {momentum!r}")
        return cls(params, n_iter, momentum)

    def with_network(self, network: MagnitudeNetwork) -> Self:
        """The same vocoder with magnitudes that a trained network guesses."""
        magnitudes = LearntMagnitudes(network, self.params)
        return type(self)(
            self.params,
            self.n_iter,
            self.momentum,
            block_frames=self.block_frames,
            lookahead_frames=self.lookahead_frames,
            magnitudes=magnitudes,
        )

    @property
    def sampling_rate(self) -> int:
        """Samples a second."""
        return self.params.sample_rate

    @property
    def hop_length(self) -> int:
        """Samples a mel frame."""
        return self.params.hop_length

    @property
    def context_frames(self) -> int:
        """Frames after a block that are taken into account; before it, all that came."""
        return self.lookahead_frames + self.magnitudes.context_frames

    def num_samples(self, num_frames: int) -> int:
        """Length of the waveform: `hop_length` samples a frame."""
        return num_frames * self.hop_length

    def stream(self) -> "PhaseReconstructionStream":
        """Begin a clip."""
        return PhaseReconstructionStream(self)

    def renew(self, mel: Tensor, span: Span, waveform: FloatArray) -> tuple[int, FloatArray]:
        """Samples of changed frames that go on from the known phases and end in them.

        The stream starts from frames of the known samples before; the last frames are worked out
        once more between its own and those of the known samples after.
        """
        known = frames_of(self.transform, self.params, waveform)
        reach = math.ceil(self.params.edge_padding / self.hop_length)
        start = max(0, span.start - reach)  # the first frame that covers a changed sample
        decided = known(Span(max(0, start - self.past_frames), start))
        pushed = Span(start - len(decided), min(len(mel), span.stop + self.lookahead_frames))
        stream = PhaseReconstructionStream(self, decided)
        samples = np.concatenate([stream.push(mel[pushed.slice]), stream.finish()])
        first = max(0, start * self.hop_length - self.params.edge_padding)
        if span.stop == len(mel):
            return first, samples
        joint = Span(start, min(len(mel), span.stop + reach))
        return joined_to(self, mel, joint, (first, samples), waveform)

    def magnitudes_of(self, mel_of: Callable[[Span], Tensor], clip: Span, span: Span) -> FloatArray:
        """Fourier magnitudes (span.length, n_fft // 2 + 1) of some frames.

        Args:
            mel_of: Log-mel frames (t, F) of any span of the clip.
            clip: All its frames.
            span: Those that are wanted.
        """
        context = self.magnitudes.context_frames
        padded = span.expand(context, context, clip)
        magnitudes = self.magnitudes(mel_of(padded).float().cpu())
        return self._bearable(magnitudes[span.shift(-padded.start).slice].numpy())

    def _bearable(self, magnitudes: FloatArray) -> FloatArray:
        """Magnitudes (T, K) whose frames are no louder than `LOUDEST_RMS` (by Parseval)."""
        halves = np.full(magnitudes.shape[1], 2.0, np.float32)  # bins that stand for two
        halves[[0, -1]] = 1.0
        full = self.params.n_fft * np.square(self.transform.window).sum()
        rms = np.sqrt(np.square(magnitudes) @ halves / full)
        loudest = np.float32(LOUDEST_RMS)
        quieter: FloatArray = magnitudes * (loudest / np.maximum(rms, loudest))[:, None]
        return quieter


class PhaseReconstructionStream:
    """One clip on its way to samples.

    Args:
        vocoder: Its settings.
        decided: Complex frames (D, n_fft // 2 + 1) that the clip goes on from, if it does: they
            belong to the first D frames that are pushed, and their samples are known.
    """

    def __init__(
        self, vocoder: PhaseReconstructionVocoder, decided: ComplexArray | None = None
    ) -> None:
        self._vocoder = vocoder
        self._frames = FrameQueue()
        # The last few decided frames, and a first idea of the block's: (frames, n_fft // 2 + 1).
        self._lookahead: ComplexArray = np.zeros((0, vocoder.params.n_fft // 2 + 1), np.complex64)
        self._decided = self._lookahead if decided is None else decided
        self._block_start = len(self._decided)

    def push(self, mel: Tensor) -> FloatArray:
        """Take log-mel frames (T, F) and give the samples of the blocks that are now decided."""
        vocoder = self._vocoder
        self._frames.append(mel.float().cpu())
        needed = vocoder.block_frames + vocoder.context_frames
        blocks = []
        while self._block_start + needed <= self._frames.stop:
            blocks.append(self._next_block())
        return np.concatenate([np.zeros(0, np.float32), *blocks])

    def finish(self) -> FloatArray:
        """Give the samples that only waited for frames that never came."""
        blocks = []
        while self._block_start < self._frames.stop:
            blocks.append(self._next_block())
        return np.concatenate([np.zeros(0, np.float32), *blocks])

    @torch.inference_mode()
    def _next_block(self) -> FloatArray:
        """Decide one block of frames, and give the samples that it completes."""
        vocoder, clip = self._vocoder, Span(0, self._frames.stop)
        start = self._block_start
        block = Span(start, start).expand(0, vocoder.block_frames, clip)
        stretch = block.expand(len(self._decided), vocoder.lookahead_frames, clip)
        magnitudes = vocoder.magnitudes_of(self._frames.take, clip, stretch)
        spectrum = griffin_lim(
            vocoder.transform,
            magnitudes,
            self._decided,
            self._first_guess(stretch, magnitudes),
            n_iter=vocoder.n_iter,
            momentum=vocoder.momentum,
        )
        samples = self._decided_samples(block, stretch, spectrum)
        self._go_on_after(block, stretch, spectrum)
        return samples

    def _first_guess(self, stretch: Span, magnitudes: FloatArray) -> ComplexArray:
        """The lookahead of the block before, and random phases for frames that are new."""
        new = magnitudes[len(self._decided) + len(self._lookahead) :]
        turns = np.random.default_rng(stretch.stop).random(new.shape, np.float32)
        random: ComplexArray = new * np.exp(np.complex64(2j * np.pi) * turns)
        return np.concatenate([self._lookahead, random])

    def _decided_samples(self, block: Span, stretch: Span, spectrum: ComplexArray) -> FloatArray:
        """The samples that no frame after the block covers, and none before them.

        Frame i covers n_fft samples from hop_length * i - edge_padding on.
        """
        params, transform = self._vocoder.params, self._vocoder.transform
        signal = transform.synthesise(spectrum, transform.window_sum(stretch.length))
        clip = Span(0, self._frames.stop).scale(params.hop_length).shift(params.edge_padding)
        complete = block.scale(params.hop_length)
        if block.stop == self._frames.stop:
            complete = Span(complete.start, clip.stop)
        complete = complete.intersect(clip).shift(-stretch.start * params.hop_length)
        return signal[complete.slice]

    def _go_on_after(self, block: Span, stretch: Span, spectrum: ComplexArray) -> None:
        """Remember what the next block starts from, and let go of the rest."""
        past = max(block.stop - self._vocoder.past_frames, 0)
        boundary = block.stop - stretch.start
        self._decided = spectrum[past - stretch.start : boundary].copy()
        self._lookahead = spectrum[boundary:].copy()
        self._block_start = block.stop
        self._frames.drop_before(past - self._vocoder.magnitudes.context_frames)


def _within(name: str, value: object, low: int, high: int) -> int:
    """A whole number within its range; the value may come from a stranger's file."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} has to be a whole number of {low} to {high}, not {value!r}")
    return value
