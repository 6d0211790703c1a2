"""How much of everything: the sizes and seeds of a full run and of a quick check."""

from dataclasses import dataclass

from bundled_model.schedule import Schedule
from bundled_model.vae.task import Crops

TRAINING_SEED, HELD_OUT_SEED, JUDGE_SEED = 101, 202, 303
"""Seeds of the three sets of clips, which share no recording either."""


@dataclass(frozen=True)
class Settings:
    """Sizes of one run of the recipe; seeds are fixed above and in the rooms.

    Attributes:
        training_clips: Clips for codec, generator and vocoder.
        judge_clips: Clips for the judge, of other seeds and recordings.
        held_out_clips: Clips to measure on, of other seeds and recordings again.
        decoder: Course of the training of the codec's decoder.
        crops: Sizes of one part of its batches.
        generator: Course of the generator's training.
        generator_clips: Clips in one part of its batches.
        judge: Course of the judge's training.
        vocoder: Course of the magnitude network's training.
        vocoder_clips: Clips for it, the first of the generator's.
        heard_clips: Held-out clips to measure it on.
        magnitude_network: Its width and number of blocks.
        validate_every: Steps between two points of every curve.
        seeds: Clips generated of each concept for the report.
        instruments: Where register, tempo and loudness are measured.
        codec_channels: Widths of the codec's levels.
        unet_channels: Widths of the UNet's levels.
        processes: Renderers that work side by side.
    """

    training_clips: int
    judge_clips: int
    held_out_clips: int
    decoder: Schedule
    crops: tuple[Crops, ...]
    generator: Schedule
    generator_clips: int
    judge: Schedule
    vocoder: Schedule
    vocoder_clips: int
    heard_clips: int
    magnitude_network: tuple[int, int]
    validate_every: int
    seeds: tuple[int, ...]
    instruments: tuple[str, ...]
    codec_channels: tuple[int, ...]
    unet_channels: tuple[int, ...]
    processes: int


FULL = Settings(
    training_clips=40960,
    judge_clips=12288,
    held_out_clips=1536,
    decoder=Schedule(8000, 1.5e-3, 1e-5, 100, 0.35, 0.999),
    crops=(Crops(5000, 128, 4), Crops(7000, 256, 2), Crops(8000, 512, 1)),
    generator=Schedule(60000, 4e-4, 1e-5, 500, 0.2, 0.9995),
    generator_clips=8,
    judge=Schedule(5000, 2e-3, 1e-5, 50, 0.6),
    vocoder=Schedule(24000, 1e-3, 1e-5, 200, 0.35),
    vocoder_clips=8192,
    heard_clips=124,
    magnitude_network=(256, 8),
    validate_every=500,
    seeds=(100, 101, 102, 103),
    instruments=(
        *("piano", "church organ", "acoustic guitar", "violin", "cello"),
        *("trumpet", "clarinet", "flute", "vibraphone", "harp"),
    ),
    codec_channels=(16, 32, 64, 128),
    unet_channels=(64, 128, 192, 224),
    processes=2,
)
"""The whole recipe."""
CHECK = Settings(
    training_clips=6,
    judge_clips=6,
    held_out_clips=3,
    decoder=Schedule(2, 6e-4, 1e-5, 1, 0.5),
    crops=(Crops(2, 64, 1),),
    generator=Schedule(2, 6e-4, 1e-5, 1, 0.5),
    generator_clips=2,
    judge=Schedule(2, 2e-3, 1e-5, 1, 0.5),
    vocoder=Schedule(2, 1e-3, 1e-5, 1, 0.5),
    vocoder_clips=6,
    heard_clips=3,
    magnitude_network=(8, 1),
    validate_every=1,
    seeds=(0,),
    instruments=("rain",),
    codec_channels=(8, 16, 64, 128),
    unet_channels=(16, 16, 32, 32),
    processes=1,
)
"""Every room is entered, nothing is learnt."""
