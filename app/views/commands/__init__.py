"""Every command by name: shortcuts, their editor, the palette, the cheat sheet."""
