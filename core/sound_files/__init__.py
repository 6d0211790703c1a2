"""Sound files: read with care, written whole, with the settings they were made with."""
