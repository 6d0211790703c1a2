"""The estimate of a run: plain values, so that any thread may keep them."""

from dataclasses import dataclass

from core.api.config import TilingMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The memory that a request will take beside torch itself.

    The denoiser's activations are left out: whatever the length, they are those of a window or two,
    are freed before decoding begins, and are smaller than the decoder's (65 MB at 10 s in
    AudioLDM's full size).

    Attributes:
        model: The model, as a request names it.
        mode: The executor that the planner chose.
        device: Where it will run.
        precision: Precision of the decoder's arithmetic, by torch's name.
        networks_bytes: The model's weights.
        libraries_bytes: Code that is loaded for a run, caches and scratch of its kernels.
        working_bytes: Peak above them, of the decoder or the encoder.
        result_bytes: The finished sound with its spectrogram: on the disk, and in the host's memory
            while they are shown and played.
        explanation: One line for a person: what was chosen and why.
        num_devices: How many devices share the work; each takes so much memory, but for the result.
    """

    model: str
    mode: TilingMode
    device: str
    precision: str
    networks_bytes: int
    libraries_bytes: int
    working_bytes: int
    result_bytes: int
    explanation: str
    num_devices: int = 1

    @property
    def total_bytes(self) -> int:
        """The sum of all parts."""
        parts = (self.networks_bytes, self.libraries_bytes, self.working_bytes, self.result_bytes)
        return sum(parts)
