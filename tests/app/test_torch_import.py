"""Importing the engine beside a living window."""

import gc
import os
import subprocess
import sys

import pytest

from app.torch_import import limit_thread_spinning, no_collections


@pytest.fixture(autouse=True)
def automatic_collection():
    """As in a program that has no collector of its own."""
    gc.enable()
    yield
    gc.disable()
    gc.unfreeze()


def test_nothing_is_collected_inside_or_frozen_later():
    with no_collections():
        assert not gc.isenabled()
        kept = [[] for _ in range(100)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= len(kept)


def test_a_failed_import_leaves_the_collector_on():
    with pytest.raises(ImportError), no_collections():
        raise ImportError
    assert gc.isenabled()


def test_torch_finds_its_library_open():
    code = (
        "from app.torch_import import open_torch_library; open_torch_library()\n"
        "maps = open('/proc/self/maps').read() if __import__('sys').platform == 'linux' else None\n"
        "print(maps is None or 'libtorch_cpu' in maps)\n"
        "import torch; print(int(torch.ones(2).sum()))"
    )
    process = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE)
    assert process.stdout.split() == [b"True", b"2"]


def test_an_existing_setting_of_the_threads_is_kept(monkeypatch):
    monkeypatch.setenv("GOMP_SPINCOUNT", "7")
    limit_thread_spinning()
    assert os.environ["GOMP_SPINCOUNT"] == "7"
    monkeypatch.delenv("GOMP_SPINCOUNT")
    limit_thread_spinning()
    assert int(os.environ["GOMP_SPINCOUNT"]) > 0
