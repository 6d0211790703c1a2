"""The catalogue of models on the hub that the window offers by name."""

from dataclasses import dataclass

HUB_LICENCE = "CC-BY-NC-SA-4.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownModel:
    """A model on the hub.

    Attributes:
        source: Hub id, as a request names it.
        family: Its architecture.
        description: One line for the window.
        size_bytes: Approximate size of the download; the hub states it exactly before it begins.
        licence: SPDX identifier.
        revision: Branch or commit. A branch is resolved to its commit before the download, and
            the commit is kept beside the files.
    """

    source: str
    family: str
    description: str
    size_bytes: int
    licence: str = HUB_LICENCE
    revision: str = "main"


KNOWN_MODELS = (
    KnownModel(
        source="cvssp/audioldm-s-full-v2",
        family="AudioLDM",
        description="AudioLDM, small: sound effects, speech-like sounds and music of 10 s.",
        size_bytes=1_690_000_000,
    ),
    KnownModel(
        source="cvssp/audioldm-m-full",
        family="AudioLDM",
        description="AudioLDM, medium: slower than the small one, and finer.",
        size_bytes=2_610_000_000,
    ),
    KnownModel(
        source="cvssp/audioldm-l-full",
        family="AudioLDM",
        description="AudioLDM, large: slower than the medium one. Converted after its download.",
        size_bytes=3_910_000_000,
    ),
    KnownModel(
        source="cvssp/audioldm",
        family="AudioLDM",
        description="AudioLDM, the first small one. Converted after its download.",
        size_bytes=1_690_000_000,
    ),
    KnownModel(
        source="cvssp/audioldm2",
        family="AudioLDM2",
        description="AudioLDM2: sound effects and music of 10 s; follows longer prompts.",
        size_bytes=4_500_000_000,
    ),
    KnownModel(
        source="cvssp/audioldm2-music",
        family="AudioLDM2",
        description="AudioLDM2, trained on music alone.",
        size_bytes=4_500_000_000,
    ),
    KnownModel(
        source="cvssp/audioldm2-large",
        family="AudioLDM2",
        description="AudioLDM2, large: slower than the plain one, and finer.",
        size_bytes=6_000_000_000,
    ),
    KnownModel(
        source="ucsd-reach/musicldm",
        family="MusicLDM",
        description="MusicLDM: music of 10 s.",
        size_bytes=1_960_000_000,
    ),
    KnownModel(
        source="stabilityai/stable-audio-open-1.0",
        family="Stable Audio",
        description="Stable Audio Open: stereo at 44.1 kHz, sounds and music of up to 47 s. Its "
        "authors ask for an agreement on their page first, and for a token.",
        size_bytes=5_300_000_000,
        licence="Stability AI Community License",
    ),
    KnownModel(
        source="stabilityai/stable-audio-3-medium",
        family="Stable Audio 3",
        description="Stable Audio 3: stereo at 44.1 kHz in 8 steps, up to 380 s at once. Its "
        "authors ask for an agreement on their page first, and for a token.",
        size_bytes=10_400_000_000,
        licence="Stability AI Community License",
    ),
    KnownModel(
        source="ACE-Step/acestep-v15-xl-turbo-diffusers",
        family="ACE-Step",
        description="ACE-Step 1.5, turbo: songs with lyrics in stereo at 48 kHz, of up to ten "
        "minutes, in eight steps.",
        size_bytes=11_500_000_000,
        licence="MIT",
    ),
    KnownModel(
        source="ACE-Step/acestep-v15-xl-base-diffusers",
        family="ACE-Step",
        description="ACE-Step 1.5, base: in more steps, with guidance.",
        size_bytes=11_500_000_000,
        licence="MIT",
    ),
)


def find_known_model(source: str) -> KnownModel | None:
    """The model of the catalogue with this hub id."""
    return next((model for model in KNOWN_MODELS if model.source == source), None)
