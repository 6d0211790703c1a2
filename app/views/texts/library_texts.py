"""Texts about the library: what happened to it when it was opened."""

from collections.abc import Iterator

from PySide6.QtCore import QObject

from app.view_models.takes.library_notice import LeftOutReason, LeftOutTake, LibraryNotice

_MAX_SHOWN = 5


class LibraryTexts(QObject):
    """Makes the notice about the library."""

    def notice(self, notice: LibraryNotice) -> str:
        """What happened, a paragraph each; empty where nothing did."""
        return "\n\n".join(self._paragraphs(notice))

    def _paragraphs(self, notice: LibraryNotice) -> Iterator[str]:
        if notice.damaged_database:
            yield self.tr(
                "The library's database was damaged. It was rebuilt from the folders of your "
                "takes, and its queue as far as that could be read. The damaged one is kept as "
                "{name}."
            ).format(name=notice.damaged_database)
        if notice.left_out:
            yield "\n".join(self._left_out(notice.left_out))
        if notice.num_lost_requests:
            yield self.tr("Requests of the queue that could not be read: {count}.").format(
                count=notice.num_lost_requests
            )

    def _left_out(self, takes: tuple[LeftOutTake, ...]) -> Iterator[str]:
        yield self.tr("These takes cannot be read and are left out; their files stay:")
        yield from (self._take(take) for take in takes[:_MAX_SHOWN])
        if len(takes) > _MAX_SHOWN:
            yield self.tr("and {count} more").format(count=len(takes) - _MAX_SHOWN)

    def _take(self, take: LeftOutTake) -> str:
        reason = self._reasons()[take.reason]
        if not take.detail:
            return self.tr("{name}: {reason}").format(name=take.name, reason=reason)
        return self.tr("{name}: {reason} ({detail})").format(
            name=take.name, reason=reason, detail=take.detail
        )

    def _reasons(self) -> dict[LeftOutReason, str]:
        return {
            LeftOutReason.NAME: self.tr("the name of its folder cannot be used"),
            LeftOutReason.NO_DESCRIPTION: self.tr("its request.json cannot be opened"),
            LeftOutReason.BAD_DESCRIPTION: self.tr(
                "its request.json is damaged, or a newer Tessera made it"
            ),
            LeftOutReason.FILES: self.tr("its files cannot be looked at"),
            LeftOutReason.ROW: self.tr("its entry in the database is damaged"),
        }
