"""Formats frequencies and levels in few characters."""


def frequency_text(hz: float) -> str:
    """`440 Hz` in few characters: `440`, `1k`, `2.5k`."""
    return f"{hz:.0f}" if hz < 999.5 else f"{hz / 1000:.3g}k"


def level_text(level: float) -> str:
    """A level in decibels or LUFS: `−18.5`, with a true minus, which is as wide as a figure."""
    return f"{level:.1f}".replace("-", "−")
