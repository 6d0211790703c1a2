"""Formats times and frequencies in few characters."""


def frequency_text(hz: float) -> str:
    """`440 Hz` in few characters: `440`, `1k`, `2.5k`."""
    return f"{hz:.0f}" if hz < 1000 else f"{hz / 1000:.3g}k"
