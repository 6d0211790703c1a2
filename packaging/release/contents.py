"""What goes into the frozen program, and what is proved not to be needed there.

PyInstaller follows imports. This says what it cannot see (modules imported by name, package
metadata that transformers and diffusers look up at run time) and what it sees but Tessera never
uses: half of the volume. Every line was tried by the smoke test.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from app.diagnosis.diagnose import CHECKS
from app.diagnosis.software import PACKAGES

# Text models Tessera uses, and those that diffusers imports along with its autoencoders.
TRANSFORMERS_MODELS = frozenset(
    {
        "auto",
        "clap",
        "dinov2_with_registers",
        "encoder_decoder",
        "gemma",
        "gpt2",
        "qwen2",
        "qwen3",
        "roberta",
        "siglip",
        "speecht5",
        "t5",
        "t5gemma",
        "vit_mae",
        "vits",
    }
)

# Distributions whose version is asked for by transformers and diffusers, and by `tessera doctor`.
LOOKED_UP_METADATA = (
    *PACKAGES,
    "filelock",
    "importlib_metadata",
    "packaging",
    "pillow",
    "pyyaml",
    "regex",
    "requests",
    "tokenizers",
    "tqdm",
)

IMPORTED_BY_NAME = (
    # pyqtgraph imports these, though Tessera draws nothing with OpenGL.
    *("PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets"),
    # `tessera doctor` imports each of its checks by itself.
    *sorted({f"app.diagnosis.{module}" for _, module, _ in CHECKS}),
    "core.models.noise_paths.few_step_unipc",  # as schedulers of diffusers are
)

UNUSED_MODULES = (
    *("IPython", "OpenGL", "PyInstaller", "matplotlib", "pandas", "pip", "setuptools", "wheel"),
    *("tkinter", "_tkinter", "caffe2", "triton", "tensorboard", "torch.utils.tensorboard"),
    *("pytest", "_pytest", "pytestqt", "py", "hypothesis", "mypy", "mypyc", "py_spy", "ruff"),
    *("hf_xet",),  # a faster way to the hub; its own copy of a network stack
    *(f"pyqtgraph.{room}" for room in ("canvas", "examples", "flowchart", "opengl")),
    *(f"torch.testing._internal.{room}" for room in ("generated", "opinfo")),
    *(
        f"PySide6.Qt{room}"
        for room in (
            *("DBus", "Designer", "Help", "Network", "PrintSupport", "Qml", "Quick", "Sql", "Test"),
            *("UiTools", "Xml"),
        )
    ),
)

_KEPT_QT_PLUGINS = "|".join(
    (
        r"platforms/(lib)?q(xcb|wayland|offscreen|windows|cocoa)",
        r"imageformats/(lib)?q(svg|ico|jpeg)",
        r"iconengines/",
        r"xcbglintegrations/",
        r"platforminputcontexts/",
        r"wayland-",
        r"styles/",
    )
)
_UNUSED_FILES = re.compile(
    "|".join(
        (
            r"^torch/(test|include|share)/",
            r"^torch/bin/(?!torch_shm_manager)",
            r"^torch/lib/(lib)?(aoti_custom_ops|backend_with_compiler|jitbackend_test|torchbind_test)",
            r"\.(pyi|lib|a|h|cuh)$",
            r"/tests?/(data/|.*\.py$)",
            r"^PySide6/(Qt/)?(qml/|translations/(?!qtbase_zh_CN))",
            rf"^PySide6/(Qt/)?plugins/(?!{_KEPT_QT_PLUGINS})",
            r"^PySide6/(Qt/lib/lib)?Qt6?(EglFS|Network|Pdf|Qml|Quick|ShaderTools|Sql|"
            r"Test|VirtualKeyboard)",
            r"^PySide6/opengl32sw",  # a software OpenGL: Tessera paints without OpenGL
            r"^(hf_xet/|hypothesis-)",
            # Linux: sound is the system's own, and sounddevice asks the system for it.
            r"^lib(asound|db|jack|portaudio)[.-]",
            # So are GTK's libraries, which only a plugin for its theme would use,
            r"^lib(atk|cairo|epoxy|gdk|gtk|pango|pixman)[-_a-z]*[.0-9-]",
            # and CUDA's: a build of torch for NVIDIA cards brings its own.
            r"^libcuda(rt)?[.-]",
            r"^resources/screenshots/",
        )
    )
)


def is_needed(destination: str) -> bool:
    """Whether a file belongs into the built folder.

    Args:
        destination: Its place in it, with either kind of slash.
    """
    return not _UNUSED_FILES.search(destination.replace("\\", "/"))


def unused_transformers_models(models_folder: Path) -> list[str]:
    """The modules of all text models in transformers that Tessera does not speak to."""
    names = {entry.name for entry in models_folder.iterdir() if (entry / "__init__.py").exists()}
    return [f"transformers.models.{name}" for name in sorted(names - TRANSFORMERS_MODELS)]


def used_transformers_modules(models_folder: Path) -> list[str]:
    """The modules of the text models that it does: transformers imports them by name."""
    return [
        f"transformers.models.{name}.{file.stem}"
        for name in sorted(TRANSFORMERS_MODELS)
        for file in sorted((models_folder / name).glob("*.py"))
        if file.stem != "__init__"
    ]


def needed(entries: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Those of PyInstaller's entries (destination, source, kind) that belong into the folder."""
    return [entry for entry in entries if is_needed(entry[0])]
