"""How the sound on show is drawn: axis of frequencies, measured spectrum, colours."""
