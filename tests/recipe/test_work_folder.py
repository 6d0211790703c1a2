"""What the work folder holds is whole, and belongs to the run that finds it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bundled_model.captions.tokenizer import load_tokenizer, train_tokenizer, write_tokenizer
from bundled_model.data import rendering
from bundled_model.data.clip import CLIP_SAMPLES
from bundled_model.data.concepts import Synthesis
from bundled_model.data.planning import ClipPlanner
from bundled_model.data.recordings.library import Library
from bundled_model.data.recordings.split import Part
from bundled_model.data.rendering import ClipSet, render_set
from bundled_model.recipe import Recipe
from bundled_model.settings import CHECK
from bundled_model.training import StaleFilesError


def test_a_half_written_tokenizer_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokenizer, folder = train_tokenizer(["rain and wind"] * 9), tmp_path / "tokenizer"
    write = Path.write_text

    def stopped(path: Path, text: str) -> int:
        if path.name == "merges.txt":
            raise KeyboardInterrupt
        return write(path, text)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", stopped)
        with pytest.raises(KeyboardInterrupt):
            write_tokenizer(tokenizer, folder)
    assert not folder.exists()
    write_tokenizer(tokenizer, folder)
    assert len(load_tokenizer(folder)) > 256
    assert [path.name for path in tmp_path.iterdir()] == ["tokenizer"]


def test_a_longer_set_continues_a_shorter_one(tmp_path: Path, library_folder: Path) -> None:
    planner = ClipPlanner(1, (Synthesis,))
    few, more = (ClipSet("some", clips, planner, library_folder) for clips in (2, 5))
    first = np.array(render_set(few, tmp_path, processes=1))
    both = render_set(more, tmp_path, processes=1)
    assert both.shape == (5, CLIP_SAMPLES)
    assert np.array_equal(both[:2], first)
    assert np.abs(both).max(axis=1).min() > 0
    again = render_set(few, tmp_path, processes=1)
    assert np.array_equal(again, first)


def test_what_is_rendered_is_not_rendered_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip_set = ClipSet("few", 2, ClipPlanner(1, (Synthesis,)))
    first = np.array(render_set(clip_set, tmp_path, processes=1))
    monkeypatch.setattr(rendering, "_render_shard", lambda *_: pytest.fail("rendered again"))
    assert np.array_equal(render_set(clip_set, tmp_path, processes=1), first)
    assert first.any()


def test_other_recordings_have_a_folder_of_their_own(tmp_path: Path, library: Library) -> None:
    planners = [ClipPlanner(1, (Synthesis,), library.numbered(part)) for part in Part]
    folders = {ClipSet("some", 2, planner).folder(tmp_path) for planner in planners}
    assert len(folders) == 2


def test_a_checkpoint_of_another_size_is_refused(tmp_path: Path) -> None:
    Recipe(CHECK, (Synthesis,), tmp_path).train("vocoder")
    wider = replace(CHECK, magnitude_network=(16, 1))
    with pytest.raises(StaleFilesError, match=r"vocoder\.pt holds a network of other sizes"):
        Recipe(wider, (Synthesis,), tmp_path).train("vocoder")
