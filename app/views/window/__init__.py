"""The main window: its panels, its status line and what is dropped on it."""
