"""The configuration of the engine: device, precision, tiling and memory."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from types import UnionType
from typing import Any, Self

from core.api.errors import InvalidRequestError
from core.api.field_checks import field_values


class Precision(StrEnum):
    """A floating-point type by torch's own name."""

    FLOAT16 = "float16"
    BFLOAT16 = "bfloat16"
    FLOAT32 = "float32"
    FLOAT64 = "float64"


class TilingMode(StrEnum):
    """The executor that runs the VAE."""

    EXACT = "exact"  # equals the untiled network up to rounding
    STREAMING = "streaming"  # constant memory, statistics from a sample: approximate
    PADDED = "padded"  # the classic padded tiles: approximate
    OFF = "off"  # the whole network at once
    AUTO = "auto"  # the planner chooses

    @property
    def is_exact(self) -> bool:
        """Whether it equals the untiled network up to rounding."""
        return self in (TilingMode.EXACT, TilingMode.OFF)


class Offload(StrEnum):
    """Where activations are stored that do not fit on the device."""

    NONE = "none"
    CPU = "cpu"
    DISK = "disk"


class Blend(StrEnum):
    """How predictions are combined where the windows of a long clip overlap.

    Measured on 20 s of ten concepts with the bundled model (tests.benchmarks.long_form): with
    average 99% of window borders are inaudible, with swap 86%; fine structure in the overlaps is
    0.70 and 0.71 of that elsewhere in the take. So averaging is the default.
    """

    AVERAGE = "average"  # all of them, weighted by a bell
    SWAP = "swap"  # one window for each frame, in turns


@dataclass(frozen=True, slots=True, kw_only=True)
class TilingConfig:
    """How the VAE is tiled. Strings and torch dtypes are accepted where enums are stored.

    Attributes:
        mode: The executor.
        tile_frames: Tile length along time in mel frames; None = planned from the budget.
        tile_bins: Tile height along mel in bins; None = the whole axis.
        decoder_padding: Latent frames around each decoder tile in padded mode.
        encoder_padding: Mel frames around each encoder tile in padded mode.
        fast: Padded and streaming mode: estimate the statistics on a downsampled input.
        offload: Where activations are stored that do not fit on the device.
        memory_budget: Bytes the engine may use above the network itself; None = what is free.
        context: "clip" (statistics of the whole clip, equal to the untiled network), or the length
            in mel frames of windows that are normalised and decoded by themselves.
        compute_dtype: Precision of the arithmetic; None = the network's own.
        store_dtype: Precision of stored activations; None = the network's own.
    """

    mode: TilingMode = TilingMode.EXACT
    tile_frames: int | None = None
    tile_bins: int | None = None
    decoder_padding: int = 11
    encoder_padding: int = 32
    fast: bool = False
    offload: Offload = Offload.NONE
    memory_budget: int | None = None
    context: str | int = "clip"
    compute_dtype: Precision | None = None
    store_dtype: Precision | None = None

    def __post_init__(self) -> None:
        _store_enum(self, "mode", TilingMode)
        _store_enum(self, "offload", Offload)
        for name in ("compute_dtype", "store_dtype"):
            if getattr(self, name) is not None:
                _store_enum(self, name, Precision)
        for name in ("tile_frames", "tile_bins", "memory_budget"):
            _check_count(name, getattr(self, name), low=1, optional=True)
        for name in ("decoder_padding", "encoder_padding"):
            _check_count(name, getattr(self, name), low=0)
        if self.context != "clip":
            _check_count("context", self.context, low=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineConfig:
    """Everything about the machine and the method; the same for many requests.

    Attributes:
        device: "auto" or a torch device such as "cuda", "mps" or "cpu".
        precision: Precision of UNet, text encoder and vocoder; None = chosen for the device. On a
            processor that is float32, with the UNet's products in bfloat16 if that was measured to
            be at least 1.2 times as fast for one as wide.
        tiling: How the VAE is tiled.
        context_of_take: Decode a clip that was denoised in windows with context windows of the same
            length, whatever `tiling.context` is, since that is nearest to the real sound. False =
            `tiling.context` for every clip.
        blend: How predictions of overlapping windows are combined.
        windows_at_once: Windows in one call of the denoiser; more need more memory. None =
            several where a model's windows are small, since that is faster.
        other_devices: Devices that share each request with `device`, one rank each; the same one
            may be there again. Whoever starts the engine starts their ranks.
    """

    device: str = "auto"
    precision: Precision | None = None
    tiling: TilingConfig = field(default_factory=TilingConfig)
    context_of_take: bool = True
    blend: Blend = Blend.AVERAGE
    windows_at_once: int | None = None
    other_devices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _store_enum(self, "blend", Blend)
        _check_count("windows_at_once", self.windows_at_once, low=1, optional=True)
        if self.precision is not None:
            _store_enum(self, "precision", Precision)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, the inverse of `from_dict`."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read a configuration back; entries of newer versions are ignored.

        Raises:
            InvalidRequestError: It holds an unusable value.
        """
        own_values = field_values(cls, values)
        _check_type("device", own_values.get("device", ""), str)
        _check_type("context_of_take", own_values.get("context_of_take", True), bool)
        tiling = own_values.pop("tiling", {})
        _check_type("tiling", tiling, Mapping)
        other_devices = own_values.pop("other_devices", ())
        _check_type("other_devices", other_devices, list | tuple)
        for device in other_devices:
            _check_type("other_devices", device, str)
        _check_type("fast", tiling.get("fast", False), bool)
        return cls(
            **own_values,
            other_devices=tuple(other_devices),
            tiling=TilingConfig(**field_values(TilingConfig, tiling)),
        )


def _store_enum(config: TilingConfig | EngineConfig, name: str, kind: type[StrEnum]) -> None:
    """Replace a string or a torch dtype by its enum; raise for anything else."""
    value = getattr(config, name)
    try:
        object.__setattr__(config, name, kind(str(value).removeprefix("torch.")))
    except ValueError as error:
        choices = ", ".join(kind)
        raise InvalidRequestError(
            name, f"{name} has to be one of {choices}, not {value}."
        ) from error


def _check_count(name: str, value: object, *, low: int, optional: bool = False) -> None:
    if value is None and optional:
        return
    if isinstance(value, bool) or not isinstance(value, int) or value < low:
        raise InvalidRequestError(
            name, f"{name} has to be a whole number of at least {low}, not {value!r}."
        )


def _check_type(name: str, value: object, kind: type | UnionType) -> None:
    if not isinstance(value, kind):
        raise InvalidRequestError(name, f"{name} cannot be {value!r}.")
