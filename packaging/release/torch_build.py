"""Which build of torch a release brings, in a sentence for whoever installs it."""

from importlib.metadata import files, version

MB = 1_000_000


def sentence() -> str:
    """Its version, its kind and how large it is on disk."""
    size = sum(file.locate().stat().st_size for file in files("torch") or ())
    kind = _kind()
    return f"This build brings torch {version('torch')} {kind}: {size / MB:,.0f} MB as installed."


def _kind() -> str:
    """What it computes on."""
    import torch

    if torch.version.cuda:
        return f"for NVIDIA graphics cards (CUDA {torch.version.cuda}) and the processor"
    if torch.backends.mps.is_built():
        return "for the processor and Apple's graphics"
    return "for the processor only"
