"""What the work folder holds is whole, and belongs to the run that finds it."""

from dataclasses import replace
from pathlib import Path

import pytest
from bundled_model.captions.tokenizer import load_tokenizer, train_tokenizer, write_tokenizer
from bundled_model.data.clip_store import ClipStore
from bundled_model.data.concepts import Synthesis
from bundled_model.data.rendering import ClipSet, Content, render_set
from bundled_model.data.waveform_store import WaveformStore
from bundled_model.recipe import Recipe
from bundled_model.settings import CHECK
from bundled_model.stale import StaleFilesError
from bundled_model.vae.latents import encode_set


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


@pytest.mark.parametrize(
    ("content", "store"), [(Content.LOG_MELS, ClipStore), (Content.SAMPLES, WaveformStore)]
)
def test_clips_of_another_number_are_refused(
    tmp_path: Path, content: Content, store: type[ClipStore | WaveformStore]
) -> None:
    clip_set = ClipSet("few", 2, 1, (Synthesis,), content=content)
    files = render_set(clip_set, tmp_path, processes=1)
    assert len(store.load(clip_set, files).first(2)) == 2
    for clips in (1, 3):
        with pytest.raises(StaleFilesError, match=r"few holds 2 clips .* Delete it"):
            store.load(replace(clip_set, clips=clips), files)


def test_latents_of_another_number_are_refused(tmp_path: Path) -> None:
    recipe, path = Recipe(CHECK, (Synthesis,), tmp_path), tmp_path / "latents.pt"
    clips = recipe.held_out
    encode_set(recipe._encoded, clips, path)
    with pytest.raises(StaleFilesError, match=r"latents\.pt holds 3 clips where 1 "):
        encode_set(recipe._encoded, clips.first(1), path)


def test_a_checkpoint_of_another_size_is_refused(tmp_path: Path) -> None:
    Recipe(CHECK, (Synthesis,), tmp_path)._vocoder_run  # noqa: B018 - asked for, so it is trained
    at_least_float32 = replace(CHECK, magnitude_network=(16, 1))
    with pytest.raises(StaleFilesError, match=r"vocoder\.pt holds a network of other sizes"):
        Recipe(at_least_float32, (Synthesis,), tmp_path)._vocoder_run  # noqa: B018 - as above
