"""The main window: its menus, actions and status line."""
