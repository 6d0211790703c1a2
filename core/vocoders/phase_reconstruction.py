"""The vocoder without a neural network for samples: magnitudes from the mel, phases by Griffin-Lim.

First phases come from how the magnitudes change, and iterations make them consistent.

Blocks lie on a fixed grid of absolute frames, so the result does not depend on how frames are
pushed. Each block is reconstructed together with a few frames of lookahead, and continues fixed
frames before it, as in real-time spectrogram inversion (Zhu, Beauregard and Wyse, *Real-Time Signal
Estimation From Modified Short-Time Fourier Transform Magnitude Spectra*, 2007). A sample is
returned once every frame over it is fixed, so all samples belong to one overlap-add. Lossy: fine
structure within a mel band and the true phases are not in the mel.
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
from core.vocoders.phase_gradients import PhaseIntegrator
from core.vocoders.phase_join import frame_reader, join_samples
from core.vocoders.temporal_envelope import TemporalEnvelope

LOUDEST_RMS = 0.4
"""Root mean square of the loudest frame, 5 dB below a tone of full scale: leaves room for peaks."""


class PhaseReconstructionVocoder:
    """Reconstructs `hop_length` samples for each mel frame, which is centred at their middle.

    Approximate, and computed in float32 on the CPU. The same frames give the same samples, bit
    for bit, on the same machine. A frame louder than `LOUDEST_RMS` is reduced to it, since a model
    may predict more than a file can hold.

    Attributes:
        params: Geometry of the mel.
        transform: Window and hop of the short-time Fourier transform.
        integrator: Gives new frames their first phases.
        envelope: Takes away what comes before an attack.
        past_frames: Frames before a block whose windows overlap its own.

    Args:
        params: Geometry of the mel.
        n_iter: Griffin-Lim iterations a block; more than 32 gain little.
        momentum: See `griffin_lim`.
        block_frames: Frames fixed at a time.
        lookahead_frames: Frames after a block that are reconstructed with it and then once more;
            at least 1.
        magnitudes: Mel to magnitudes; `MelInversion` when None.
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
        self.integrator = PhaseIntegrator(self.transform)
        self.envelope = TemporalEnvelope(self.transform)
        self.past_frames = math.ceil(params.n_fft / params.hop_length) - 1

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Build it from the `config.json` of a model folder's vocoder; other entries are ignored.

        Raises:
            KeyError: An entry of the geometry is missing.
            ValueError: An entry is not a number in its range.
        """
        rate = _int_in_range("sampling_rate", config["sampling_rate"], 1000, 768_000)
        n_fft = _int_in_range("n_fft", config["n_fft"], 16, 65_536)
        hop_length = _int_in_range("hop_length", config["hop_length"], 1, n_fft // 2)
        n_mels = _int_in_range("model_in_dim", config["model_in_dim"], 1, n_fft // 2)
        params = MelParams(rate, n_fft, hop_length, n_mels, fmax=rate / 2)
        n_iter = _int_in_range("n_iter", config.get("n_iter", 32), 1, 1000)
        momentum = config.get("momentum", 0.99)
        if not isinstance(momentum, float | int) or not 0 <= momentum < 2:
            raise ValueError(f"momentum has to be at least 0 and below 2, not {momentum!r}")
        return cls(params, n_iter, momentum)

    def with_network(self, network: MagnitudeNetwork) -> Self:
        """The same vocoder with magnitudes predicted by a trained network."""
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
        """Frames after a block that its samples depend on; before it they depend on all."""
        return self.lookahead_frames + self.magnitudes.context_frames

    @property
    def loudest_rms(self) -> float:
        """What louder frames are reduced to."""
        return LOUDEST_RMS

    @property
    def num_overflows(self) -> int:
        """None: it computes in float32."""
        return 0

    def num_samples(self, num_frames: int) -> int:
        """Length of the waveform: `hop_length` samples a frame."""
        return num_frames * self.hop_length

    def stream(self) -> "PhaseReconstructionStream":
        """Start a clip."""
        return PhaseReconstructionStream(self)

    def revocode(self, mel: Tensor, span: Span, waveform: FloatArray) -> tuple[int, FloatArray]:
        """Samples of changed frames whose phases continue the known ones on both sides.

        The stream starts from frames of the known samples before; the last frames are
        reconstructed once more between its own and those of the known samples after.
        """
        known_frames = frame_reader(self.transform, self.params, waveform)
        reach = math.ceil(self.params.edge_padding / self.hop_length)
        start = max(0, span.start - reach)  # the first frame that covers a changed sample
        fixed = known_frames(Span(max(0, start - self.past_frames), start))
        pushed = Span(start - len(fixed), min(len(mel), span.stop + self.lookahead_frames))
        stream = PhaseReconstructionStream(self, fixed)
        samples = np.concatenate([stream.push(mel[pushed.slice]), stream.finish()])
        first = max(0, start * self.hop_length - self.params.edge_padding)
        if span.stop == len(mel):
            return first, samples
        joint = Span(start, min(len(mel), span.stop + reach))
        return join_samples(self, mel, joint, (first, samples), waveform)

    def magnitudes_of(self, mel_of: Callable[[Span], Tensor], clip: Span, span: Span) -> FloatArray:
        """Fourier magnitudes (span.length, n_fft // 2 + 1) of a span of frames.

        Args:
            mel_of: Returns the log-mel frames (t, F) of any span of the clip.
            clip: The span of the whole clip.
            span: The span of frames.
        """
        context = self.magnitudes.context_frames
        padded = span.expand(context, context, clip)
        magnitudes = self.magnitudes(mel_of(padded).float().cpu())
        return self._limit_loudness(magnitudes[span.shift(-padded.start).slice].numpy())

    def _limit_loudness(self, magnitudes: FloatArray) -> FloatArray:
        """Magnitudes (T, K) whose frames are no louder than `LOUDEST_RMS` (by Parseval)."""
        full = self.params.n_fft * np.square(self.transform.window).sum()
        rms = np.sqrt(np.square(magnitudes) @ self.transform.multiplicity / full)
        loudest = np.float32(LOUDEST_RMS)
        quieter: FloatArray = magnitudes * (loudest / np.maximum(rms, loudest))[:, None]
        return quieter


class PhaseReconstructionStream:
    """One clip, reconstructed block by block.

    Args:
        vocoder: Its settings.
        fixed: Complex frames (D, n_fft // 2 + 1) that the clip continues, if any: they belong to
            the first D frames that are pushed, and their samples are known.
    """

    def __init__(
        self, vocoder: PhaseReconstructionVocoder, fixed: ComplexArray | None = None
    ) -> None:
        self._vocoder = vocoder
        self._frames = FrameQueue()
        # The last fixed frames, and first phases of the next block: (frames, n_fft // 2 + 1).
        self._lookahead: ComplexArray = np.zeros((0, vocoder.params.n_fft // 2 + 1), np.complex64)
        self._fixed = self._lookahead if fixed is None else fixed
        self._block_start = len(self._fixed)

    def push(self, mel: Tensor) -> FloatArray:
        """Take log-mel frames (T, F) and return the samples of the blocks that are fixed now."""
        vocoder = self._vocoder
        self._frames.append(mel.float().cpu())
        needed = vocoder.block_frames + vocoder.context_frames
        blocks = []
        while self._block_start + needed <= self._frames.stop:
            blocks.append(self._next_block())
        return np.concatenate([np.zeros(0, np.float32), *blocks])

    def finish(self) -> FloatArray:
        """Return the remaining samples, which waited for further frames."""
        blocks = []
        while self._block_start < self._frames.stop:
            blocks.append(self._next_block())
        return np.concatenate([np.zeros(0, np.float32), *blocks])

    @torch.inference_mode()
    def _next_block(self) -> FloatArray:
        """Fix one block of frames, and return the samples that it completes."""
        vocoder, clip = self._vocoder, Span(0, self._frames.stop)
        start = self._block_start
        block = Span(start, start).expand(0, vocoder.block_frames, clip)
        context_span = block.expand(len(self._fixed), vocoder.lookahead_frames, clip)
        magnitudes = vocoder.magnitudes_of(self._frames.take, clip, context_span)
        spectrum = griffin_lim(
            vocoder.transform,
            magnitudes,
            self._fixed,
            self._initial_frames(context_span, magnitudes),
            n_iter=vocoder.n_iter,
            momentum=vocoder.momentum,
        )
        samples = self._final_samples(block, context_span, spectrum, magnitudes)
        self._prepare_next_block(block, context_span, spectrum)
        return samples

    def _initial_frames(self, context_span: Span, magnitudes: FloatArray) -> ComplexArray:
        """The lookahead of the block before, and new frames that continue its phases."""
        known = np.concatenate([self._fixed, self._lookahead])
        generator = np.random.default_rng(context_span.stop)
        new = self._vocoder.integrator.continued(magnitudes, known, generator)
        return np.concatenate([self._lookahead, new])

    def _final_samples(
        self, block: Span, context_span: Span, spectrum: ComplexArray, magnitudes: FloatArray
    ) -> FloatArray:
        """The samples that the block completes: no later frame covers them.

        Frame i covers n_fft samples from hop_length * i - edge_padding on.
        """
        params, transform = self._vocoder.params, self._vocoder.transform
        signal = transform.synthesise(spectrum, transform.window_sum(context_span.length))
        signal = self._vocoder.envelope.hold(signal, magnitudes)
        clip = Span(0, self._frames.stop).scale(params.hop_length).shift(params.edge_padding)
        complete = block.scale(params.hop_length)
        if block.stop == self._frames.stop:
            complete = Span(complete.start, clip.stop)
        complete = complete.intersect(clip).shift(-context_span.start * params.hop_length)
        return signal[complete.slice]

    def _prepare_next_block(self, block: Span, context_span: Span, spectrum: ComplexArray) -> None:
        """Keep what the next block starts from, and drop the rest."""
        kept_from = max(block.stop - self._vocoder.past_frames, 0)
        boundary = block.stop - context_span.start
        self._fixed = spectrum[kept_from - context_span.start : boundary].copy()
        self._lookahead = spectrum[boundary:].copy()
        self._block_start = block.stop
        self._frames.drop_before(kept_from - self._vocoder.magnitudes.context_frames)


def _int_in_range(name: str, value: object, low: int, high: int) -> int:
    """A whole number within its range; the value may come from an untrusted file."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} has to be a whole number of {low} to {high}, not {value!r}")
    return value
