"""The result of inspecting an imported file."""

from dataclasses import dataclass
from pathlib import Path

from core.api.request import GenerationRequest
from core.sound_files.audio_facts import AudioFacts


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that can be imported.

    Attributes:
        path: The file.
        facts: The facts in its header, where it is a sound.
        request: The settings in it, without paths on a network; None where there are none.
        left_out: Names of settings that were left out: files and models at network paths, and a
            source sound that does not exist here.
    """

    path: Path
    facts: AudioFacts | None = None
    request: GenerationRequest | None = None
    left_out: tuple[str, ...] = ()
