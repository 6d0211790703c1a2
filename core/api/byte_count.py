"""Numbers of bytes as text, the same in every sentence."""

_BEYOND_DISKS_TB = 1e6
_UNITS = ("B", "kB", "MB", "GB", "TB")


def size_text(num_bytes: float) -> str:
    """`512 B`, `35 MB`, `1.2 GB`: decimal units, as disks are sold and systems show them."""
    for unit in _UNITS:
        if num_bytes < 1000 or unit == _UNITS[-1]:
            break
        num_bytes /= 1000
    if num_bytes >= _BEYOND_DISKS_TB:
        return f"{num_bytes:.0e} {unit}"
    return f"{num_bytes:.0f} {unit}" if unit in _UNITS[:3] else f"{num_bytes:,.1f} {unit}"
