"""What screen readers hear beyond what Qt's own widgets say: announcements, roles and states.

Qt tells a reader that a label's text has changed; a reader says nothing of it while the focus is
elsewhere. A widget that draws itself is a nameless part of the window to it.
"""

from PySide6.QtCore import QObject
from PySide6.QtGui import (
    QAccessible,
    QAccessibleActionInterface,
    QAccessibleAnnouncementEvent,
    QAccessibleInterface,
    QAccessibleStateChangeEvent,
)
from PySide6.QtWidgets import QAccessibleWidget, QToolButton, QWidget


def announce(widget: QWidget, sentence: str, *, is_urgent: bool = False) -> None:
    """Let a screen reader say a sentence; an urgent one interrupts what it is saying."""
    event = QAccessibleAnnouncementEvent(widget, sentence)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if is_urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)


class DisclosureButton(QToolButton):
    """A button that says whether what it opens is open."""

    accessible_role = QAccessible.Role.Button

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.toggled.connect(self._on_toggled)

    def _on_toggled(self, _is_open: bool) -> None:
        changed = QAccessible.State()
        changed.expanded = True  # names what changed, not its value
        QAccessible.updateAccessibility(QAccessibleStateChangeEvent(self, changed))


class _DrawnInterface(QAccessibleWidget):
    """A widget by the role that its class names as `accessible_role`."""

    def __init__(self, widget: QWidget, role: QAccessible.Role) -> None:
        super().__init__(widget, role)


class _DisclosureInterface(_DrawnInterface):
    """A DisclosureButton, which can be expanded, and is or is not."""

    def state(self) -> QAccessible.State:
        state, button = super().state(), self.object()
        state.expandable = True
        is_open = isinstance(button, DisclosureButton) and button.isChecked()
        state.expanded, state.collapsed = is_open, not is_open
        return state

    def actionNames(self) -> list[str]:
        return [QAccessibleActionInterface.pressAction(), *super().actionNames()]

    def doAction(self, name: str) -> None:
        button = self.object()
        if name == QAccessibleActionInterface.pressAction() and isinstance(button, QToolButton):
            button.click()
        else:
            super().doAction(name)


def install_roles() -> None:
    """Let widgets have the role that their class names as `accessible_role`."""
    QAccessible.installFactory(_make_interface)


def _make_interface(_class_name: str, widget: QObject) -> QAccessibleInterface | None:
    """The interface of a widget with a role of its own; Qt, which asks for it, owns it."""
    role = getattr(type(widget), "accessible_role", None)
    if role is None or not isinstance(widget, QWidget):
        return None
    if isinstance(widget, DisclosureButton):
        return _DisclosureInterface(widget, role)
    return _DrawnInterface(widget, role)
