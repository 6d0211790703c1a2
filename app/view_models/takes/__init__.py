"""Takes that wait, run, or are kept in the history."""
