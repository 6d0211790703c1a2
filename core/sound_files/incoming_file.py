"""A file that somebody handed to the studio, once it is known what it is."""

from dataclasses import dataclass
from pathlib import Path

from core.api.request import GenerationRequest
from core.sound_files.audio_facts import AudioFacts


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that can be used.

    Attributes:
        path: The file.
        facts: What its header says, where it is a sound.
        request: The settings in it, made safe to use; None where there are none.
        left_out: Names of settings that were not taken over: files and models by places on a
            network, and a sound to start from that is not there.
    """

    path: Path
    facts: AudioFacts | None = None
    request: GenerationRequest | None = None
    left_out: tuple[str, ...] = ()
