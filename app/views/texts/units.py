"""Formats times and frequencies in few characters."""


def clock_text(seconds: float, decimals: int = 0) -> str:
    """`1:05`, `1:05.25`, `1:02:03`."""
    ticks = round(max(seconds, 0.0) * 10**decimals)
    whole, fraction = divmod(ticks, 10**decimals)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"{text}.{fraction:0{decimals}}" if decimals else text


def frequency_text(hz: float) -> str:
    """`440 Hz` in few characters: `440`, `1k`, `2.5k`."""
    return f"{hz:.0f}" if hz < 1000 else f"{hz / 1000:.3g}k"
