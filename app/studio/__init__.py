"""The desktop application: builds the window, and joins it to files, settings and the log."""
