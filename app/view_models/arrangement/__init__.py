"""The arrangement in the window: layers, which of them are chosen, drags, and what is in sight."""
