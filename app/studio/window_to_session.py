"""Joins the window to the session: what a person asks for, and what the session answers."""

from app.session.library_sync import LibrarySync
from app.session.session import Session
from app.session.take_editor import TakeEditor
from app.views.window.main_window import MainWindow


def connect_window(window: MainWindow, session: Session) -> None:
    """Let the window ask for runs, and show why one cannot start."""
    window.generate_requested.connect(session.generate)
    window.endless_requested.connect(session.play_endlessly)
    window.actions_.make_in_full.triggered.connect(session.make_in_full)
    window.cancel_requested.connect(session.cancel)
    window.agreed.connect(session.generate_agreed)
    window.watch_requested.connect(session.viewer.watch)
    window.compare_requested.connect(session.viewer.compare)
    window.viewer_panel.header.source_left.connect(session.viewer.leave_source)
    window.left.connect(session.shut_down)
    session.rejected.connect(window.show_rejection)
    session.agreement_wanted.connect(window.ask_agreement)
    session.stopped.connect(window.close)


def connect_editor(window: MainWindow, editor: TakeEditor) -> None:
    """Let the window ask for edits of the take on show, and offer those that can be made."""
    actions = window.edit_actions
    actions.regenerate.triggered.connect(editor.regenerate)
    actions.continue_right.triggered.connect(editor.continue_right)
    actions.continue_left.triggered.connect(editor.continue_left)
    actions.make_loop.triggered.connect(editor.make_loop)
    window.sample_actions.requested.connect(editor.edit_samples)
    for offering in (actions, window.sample_actions):
        editor.changed.connect(offering.offer)
        offering.offer(editor.can_edit, editor.can_regenerate)


def connect_library(window: MainWindow, library: LibrarySync) -> None:
    """Let the window ask for takes of the history."""
    window.take_requested.connect(library.show)
    window.comparison_requested.connect(library.compare)
    window.side_bar.history_page.audition_chosen.connect(library.audition)
