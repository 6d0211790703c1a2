"""A small library of recordings, and clips that are made of it and of formulas."""

from pathlib import Path

import numpy as np
import pytest
from bundled_model.data.clip import SAMPLE_RATE, SAMPLE_SCALE
from bundled_model.data.concepts import Synthesis
from bundled_model.data.planning import ClipPlanner
from bundled_model.data.recordings.catalogue import Recording
from bundled_model.data.recordings.library import (
    Library,
    LibraryClip,
    write_library,
)
from bundled_model.data.recordings.split import Part
from bundled_model.data.rendering import ClipSet
from bundled_model.data.waveform_store import WaveformStore

SECONDS = {"rain": 7.0, "dog barking": 0.4, "door closing": 0.3}


def small_library() -> Library:
    """Noise under the names of three concepts: four recordings of each, of which two test."""
    rng, clips, sounds, start = np.random.default_rng(0), [], [], 0
    for concept, seconds in SECONDS.items():
        for number in range(4):
            sound = rng.normal(size=int(seconds * SAMPLE_RATE))
            path, words = f"{concept}/{number}", ("own words",)
            recording = Recording("game", path, concept, words, "MIT", "Ann")
            part = Part.TEST if number < 2 else Part.TRAINING
            key = f"{concept} {number}"
            clips.append(LibraryClip(recording, key, part, start, len(sound)))
            sounds.append(np.round(sound / np.abs(sound).max() * SAMPLE_SCALE).astype(np.int16))
            start += len(sound)
    return Library(tuple(clips), (), np.concatenate(sounds))


@pytest.fixture(scope="session")
def library() -> Library:
    """The library in memory."""
    return small_library()


@pytest.fixture(scope="session")
def library_folder(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Path:
    """Its folder."""
    folder = tmp_path_factory.mktemp("library") / "recordings"
    write_library(library, folder)
    return folder


@pytest.fixture(scope="session")
def clips(
    tmp_path_factory: pytest.TempPathFactory, library: Library, library_folder: Path
) -> WaveformStore:
    """Twenty clips, recorded ones among them."""
    planner = ClipPlanner(1, (Synthesis,), library.numbered(Part.TRAINING))
    clip_set = ClipSet("some", 20, planner, library_folder)
    return WaveformStore.rendered(clip_set, tmp_path_factory.mktemp("work"), processes=1)
