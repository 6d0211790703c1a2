"""Times as people write them: reads and writes them, for the window and the command line."""

import re

_TIME = re.compile(r"(?:(?:(?P<hours>\d+):)?(?P<minutes>\d+):)?(?P<seconds>\d+(?:\.\d*)?|\.\d+)")
_MOST_OF_A_LARGER_UNIT = 60


def parse_time(text: str) -> float | None:
    """Return the seconds of "20", "1:00" or "1:02:03.5"; None where it is no time.

    After a colon there are at most 59 of a unit: "1:75" is a slip, and so is refused.
    """
    found = _TIME.fullmatch(text.strip(), 0)
    if found is None or not text.isascii():
        return None
    hours, minutes, seconds = found["hours"], found["minutes"], float(found["seconds"])
    if minutes is not None and seconds >= _MOST_OF_A_LARGER_UNIT:
        return None
    if hours is not None and int(minutes) >= _MOST_OF_A_LARGER_UNIT:
        return None
    return (int(hours or 0) * 60 + int(minutes or 0)) * 60 + seconds


def clock_text(seconds: float, decimals: int = 0) -> str:
    """`1:05`, `1:05.25`, `1:02:03`."""
    ticks = round(max(seconds, 0.0) * 10**decimals)
    whole, fraction = divmod(ticks, 10**decimals)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"{text}.{fraction:0{decimals}}" if decimals else text
