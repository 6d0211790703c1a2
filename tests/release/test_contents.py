"""What goes into the built program is what Tessera imports, and not much more."""

import subprocess
import sys
from pathlib import Path

import pytest
import transformers
from release.contents import (
    TRANSFORMERS_MODELS,
    is_needed,
    needed,
    unused_transformers_models,
    used_transformers_modules,
)

ROOT = Path(__file__).parents[2]
MODELS = Path(transformers.__file__).parent / "models"


@pytest.mark.parametrize(
    "file",
    [
        "resources/models/bundled/unet/model.safetensors",
        "resources/icons/tessera.svg",
        "torch/lib/libtorch_cpu.so",
        "torch/bin/torch_shm_manager",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6\\plugins\\platforms\\qwindows.dll",
        "PySide6/Qt/lib/libQt6Gui.so.6",
        "PySide6/Qt6Widgets.dll",
        "libxcb-cursor.so.0",
        "_sounddevice_data/portaudio-binaries/libportaudio64bit.dll",
    ],
)
def test_what_is_used_goes_in(file: str) -> None:
    assert is_needed(file)


@pytest.mark.parametrize(
    "file",
    [
        "resources/screenshots/studio-dark.png",
        "torch/include/ATen/ATen.h",
        "torch/bin/protoc",
        "torch\\lib\\torch_cpu.lib",
        "PySide6/Qt/translations/qtbase_fi.qm",
        "PySide6/translations/qtbase_zh_TW.qm",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt6Quick.dll",
        "libportaudio.so.2",
        "libgtk-3.so.0",
        "scipy/special/tests/test_basic.py",
    ],
)
def test_what_is_not_stays_out(file: str) -> None:
    assert not is_needed(file)


def test_entries_are_kept_or_dropped_whole() -> None:
    kept = ("numpy/core.so", "/site/numpy/core.so", "EXTENSION")
    assert needed([kept, ("libgtk-3.so.0", "/usr/lib/libgtk-3.so.0", "BINARY")]) == [kept]


def test_every_text_model_is_either_used_or_left_out() -> None:
    used = {name.split(".")[2] for name in used_transformers_modules(MODELS)}
    unused = {name.split(".")[2] for name in unused_transformers_models(MODELS)}
    assert used == TRANSFORMERS_MODELS
    assert not used & unused
    assert "transformers.models.clap.modeling_clap" in used_transformers_modules(MODELS)
    assert used | unused == {path.parent.name for path in MODELS.glob("*/__init__.py")}


def test_the_networks_import_text_models_that_are_used_alone() -> None:
    code = "import sys, core.models.networks; print(*sys.modules)"
    names = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    parts = [name.split(".") for name in names if name.startswith("transformers.models.")]
    assert {name[2] for name in parts if len(name) > 3} <= TRANSFORMERS_MODELS
