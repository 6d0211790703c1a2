"""What a run is going to need, in words that any thread may keep."""

from dataclasses import dataclass

from core.config import TilingMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The memory that a request will take, as the planner sees it.

    It leaves out the denoiser's activations, of one window whatever the length, and torch itself.

    Attributes:
        model: As a request names it.
        mode: The executor that the planner chose.
        device: Where it will run.
        precision: Precision of the decoder's arithmetic, by torch's name.
        networks_bytes: The model's weights.
        working_bytes: The worst moment above them, of the decoder or the encoder.
        result_bytes: The finished sound with its spectrogram, in the host's memory.
        explanation: One line for a person: what was chosen and why.
    """

    model: str
    mode: TilingMode
    device: str
    precision: str
    networks_bytes: int
    working_bytes: int
    result_bytes: int
    explanation: str

    @property
    def total_bytes(self) -> int:
        """All of it together."""
        return self.networks_bytes + self.working_bytes + self.result_bytes
