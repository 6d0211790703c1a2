"""Models as other programs keep them: in Hugging Face's cache, or with weights that are pickles."""

import hashlib
import os
from pathlib import Path

import torch
from safetensors.torch import load_file

FIRST_COMMIT = "1" * 40


def keep_pickles_only(folder: Path) -> None:
    """Turn all weights of a model's folder into .bin files, under the names these have."""
    for weights in sorted(folder.rglob("*.safetensors")):
        name = weights.with_suffix(".bin").name
        name = "pytorch_model.bin" if name == "model.bin" else name
        torch.save(load_file(weights), weights.with_name(name))
        weights.unlink()


def put_into_cache(folder: Path, cache: Path, source: str, commit: str = FIRST_COMMIT) -> Path:
    """Put the files of `folder` into blobs, with a snapshot of links to them; return the snapshot.

    The branch main points to the new snapshot.
    """
    repository = cache / f"models--{source.replace('/', '--')}"
    snapshot = repository / "snapshots" / commit
    for file in filter(Path.is_file, sorted(folder.rglob("*"))):
        content = file.read_bytes()
        blob = repository / "blobs" / hashlib.sha256(content).hexdigest()
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(content)
        link = snapshot / file.relative_to(folder)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(blob, link.parent))
    main = repository / "refs" / "main"
    main.parent.mkdir(exist_ok=True)
    main.write_text(commit)
    return snapshot
