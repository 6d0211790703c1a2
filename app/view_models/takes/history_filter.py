"""Which takes the history shows: those with all words, a star, a tag, a project."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.view_models.takes.take_record import TakePlace, TakeRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilter:
    """What a take has to have in order to be shown; by default any take is.

    Attributes:
        search: Words that prompts, notes, tags and project together must hold.
        only_starred: Whether takes without a star are hidden.
        tag: Empty = any, and none.
        project: Empty = any, and none.
    """

    search: str = ""
    only_starred: bool = False
    tag: str = ""
    project: str = ""

    def shows(self, record: TakeRecord) -> bool:
        """Whether a take is shown; a deleted one never is."""
        labels = record.labels
        return (
            record.place is not TakePlace.TRASH
            and (record.is_starred or not self.only_starred)
            and (not self.tag or labels.has_tag(self.tag))
            and (not self.project or labels.is_of_project(self.project))
            and self._is_found(record)
        )

    def among(self, tags: Sequence[str], projects: Sequence[str]) -> "HistoryFilter":
        """The same filter by names as they are spelled now; without one that no take has."""
        return replace(self, tag=_spelled(self.tag, tags), project=_spelled(self.project, projects))

    def _is_found(self, record: TakeRecord) -> bool:
        labels = record.labels
        texts = (record.request.title, record.notes, *labels.tags, labels.project)
        text = " ".join(texts).casefold()
        return all(word in text for word in self.search.casefold().split())


def _spelled(name: str, names: Sequence[str]) -> str:
    """The one of the names that is this one but for capitals; empty if there is none."""
    return next((each for each in names if each.casefold() == name.casefold()), "")
