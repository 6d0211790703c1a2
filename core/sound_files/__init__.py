"""Sound files: checked when read, written atomically, with the settings that made them."""
