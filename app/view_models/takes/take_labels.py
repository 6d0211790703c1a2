"""Labels of takes: free tags, and the project that a take belongs to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SEPARATOR = ","
_LONGEST = 60
_MOST_TAGS = 32


@dataclass(frozen=True, slots=True)
class TakeLabels:
    """What a person ordered a take by. Valid by construction: texts are cleaned, not refused.

    Attributes:
        tags: Free words, each once whatever its capitals; none holds a comma.
        project: Empty = none.
    """

    tags: tuple[str, ...] = ()
    project: str = ""

    def __post_init__(self) -> None:
        cleaned = (_cleaned(tag.replace(SEPARATOR, " ")) for tag in self.tags)
        object.__setattr__(self, "tags", _each_once(filter(None, cleaned))[:_MOST_TAGS])
        object.__setattr__(self, "project", _cleaned(self.project))

    def has_tag(self, tag: str) -> bool:
        """Whether it is among the tags, whatever its capitals."""
        return tag.casefold() in map(str.casefold, self.tags)

    def is_of_project(self, project: str) -> bool:
        """Whether the take belongs to it, whatever its capitals."""
        return self.project.casefold() == project.casefold()


def read_tags(text: str) -> tuple[str, ...]:
    """Tags from a line in which commas separate them."""
    return TakeLabels(tuple(text.split(SEPARATOR))).tags


def sorted_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names in alphabetical order, each once whatever its capitals; no empty one."""
    return _each_once(sorted(filter(None, names), key=lambda name: (name.casefold(), name)))


@dataclass(frozen=True, slots=True)
class LabelEdit:
    """One change of the labels of several takes.

    Attributes:
        labels: Those that the takes have, by take.
    """

    labels: Mapping[str, TakeLabels]

    @property
    def common_tags(self) -> tuple[str, ...]:
        """The tags that all takes have."""
        first, *others = self.labels.values()
        return tuple(tag for tag in first.tags if all(one.has_tag(tag) for one in others))

    @property
    def project(self) -> str | None:
        """The project that all takes belong to; None where they differ."""
        first, *others = self.labels.values()
        return first.project if all(one.is_of_project(first.project) for one in others) else None

    def changed(self, tags: Iterable[str], project: str | None) -> dict[str, TakeLabels]:
        """The labels by take once `tags` are the common ones; others of single takes stay.

        Args:
            tags: What all takes shall have.
            project: What all takes shall belong to; None = each stays in its own.
        """
        wanted, former = TakeLabels(tuple(tags)), TakeLabels(self.common_tags)
        return {
            take_id: TakeLabels(
                tuple(tag for tag in one.tags if not former.has_tag(tag) or wanted.has_tag(tag))
                + wanted.tags,
                one.project if project in (None, self.project) else project,
            )
            for take_id, one in self.labels.items()
        }


def _cleaned(text: str) -> str:
    return " ".join(text.split())[:_LONGEST].strip()


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    """The first spelling of each name."""
    spellings: dict[str, str] = {}
    for name in names:
        spellings.setdefault(name.casefold(), name)
    return tuple(spellings.values())


NO_LABELS = TakeLabels()
"""One for all takes without labels: most have none."""
