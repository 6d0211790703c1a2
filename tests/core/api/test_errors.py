import gc
import traceback
import weakref
from collections.abc import Callable

import pytest

from core.api.errors import (
    AudioFileError,
    Cancelled,
    DeviceMemoryError,
    InvalidRequestError,
    ModelLoadError,
    NonFiniteError,
    PictureFileError,
    SettingsFileError,
    TesseraError,
    keep_as_text,
    release_frames,
)


@pytest.mark.parametrize(
    ("error", "names"),
    [
        (InvalidRequestError("seed", "The seed is too large."), "The seed is too large."),
        (ModelLoadError("some/model", "it lacks its VAE."), "some/model: it lacks its VAE."),
        (AudioFileError("organ.wav", "the disk is full."), "organ.wav: the disk is full."),
        (SettingsFileError("a.tessera.json", "it is damaged."), "a.tessera.json: it is damaged."),
        (PictureFileError("a.png", "the disk is full."), "a.png: the disk is full."),
        (NonFiniteError("up.0.norm", 3), "up.0.norm, tile 3"),
        (NonFiniteError("unet"), "not finite at unet."),
    ],
)
def test_every_error_is_a_sentence_of_tessera(error: TesseraError, names: str) -> None:
    assert isinstance(error, TesseraError)
    assert names in str(error)


def test_errors_carry_what_they_are_about() -> None:
    assert InvalidRequestError("seed", "").field == "seed"
    assert ModelLoadError("some/model", "").source == "some/model"
    assert AudioFileError("organ.wav", "").path == "organ.wav"
    assert (NonFiniteError("conv_in", 2).layer, NonFiniteError("conv_in", 2).tile) == ("conv_in", 2)


def test_cancelled_is_no_error() -> None:
    assert not issubclass(Cancelled, TesseraError)


class Activation:
    """Stands for a tensor."""


def error_of(work: Callable[[], None], gone: list[weakref.ref]) -> DeviceMemoryError:
    """The error of work that failed, raised where another activation is held."""

    def run() -> None:
        activation = Activation()
        gone.append(weakref.ref(activation))
        try:
            work()
        except RuntimeError as error:
            raise DeviceMemoryError("too small") from error

    try:
        run()
    except DeviceMemoryError as error:
        kept = error
    gc.collect()
    assert all(reference() is not None for reference in gone)
    return kept


def test_an_error_that_is_kept_keeps_no_tensor() -> None:
    gone: list[weakref.ref] = []

    def work() -> None:
        activation = Activation()
        gone.append(weakref.ref(activation))
        raise RuntimeError("out of memory")

    kept = error_of(work, gone)
    release_frames(kept)
    gc.collect()
    assert [reference() for reference in gone] == [None, None]
    assert kept.__traceback__ is not None


def test_an_error_that_is_shown_keeps_only_text() -> None:
    gone: list[weakref.ref] = []

    def work() -> None:
        model = Activation()
        gone.append(weakref.ref(model))

        def fail() -> None:
            assert model
            raise RuntimeError("out of memory")

        fail()

    kept = error_of(work, gone)
    keep_as_text(kept)
    gc.collect()
    assert [reference() for reference in gone] == [None, None]
    said = "".join(traceback.format_exception(kept))
    for part in ("too small", "in run", "RuntimeError: out of memory", "in work", "in fail"):
        assert part in said
