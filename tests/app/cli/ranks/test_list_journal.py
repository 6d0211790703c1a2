from dataclasses import replace
from pathlib import Path

from app.cli.ranks.list_journal import ListJournal
from app.cli.sound_job import SoundJob
from core.api.request import GenerationRequest
from core.sound_files.export.settings import ExportSettings


def jobs(folder: Path, seed: int = 1) -> list[SoundJob]:
    request = GenerationRequest(prompt="rain", seed=seed)
    return [SoundJob(request, folder / f"{n}.wav", ExportSettings()) for n in range(3)]


def test_what_is_noted_and_there_need_not_be_made(tmp_path: Path) -> None:
    journal = ListJournal.of(tmp_path / "notes", jobs(tmp_path), {"unet": "1"})
    for index in (0, 1):
        journal.note(index)
    (tmp_path / "1.wav").touch()
    (tmp_path / "2.wav").touch()

    again = ListJournal.of(tmp_path / "notes", jobs(tmp_path), {"unet": "1"})

    assert [again.has(index) for index in range(3)] == [False, True, False]


def test_another_list_or_model_has_notes_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "0.wav").touch()
    ListJournal.of(tmp_path, jobs(tmp_path), {"unet": "1"}).note(0)
    louder = [replace(job, settings=ExportSettings(sample_rate=48_000)) for job in jobs(tmp_path)]

    for other in (
        ListJournal.of(tmp_path, jobs(tmp_path, seed=2), {"unet": "1"}),
        ListJournal.of(tmp_path, jobs(tmp_path), {"unet": "2"}),
        ListJournal.of(tmp_path, louder, {"unet": "1"}),
    ):
        assert not other.has(0)


def test_a_finished_list_leaves_no_notes(tmp_path: Path) -> None:
    journal = ListJournal.of(tmp_path / "notes", jobs(tmp_path), {})
    journal.note(0)
    journal.discard()

    assert not list((tmp_path / "notes").iterdir())
