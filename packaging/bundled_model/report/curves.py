"""Training curves as small SVG pictures, without a plotting library."""

from collections.abc import Sequence
from pathlib import Path

WIDTH, HEIGHT, MARGIN = 640, 280, 44
COLOURS = ("#2f6f9f", "#c2571a", "#3d8b4f")
TITLES = {
    "codec": "Codec: mean absolute error of held-out log-mels",
    "generator": "Generator: denoising loss on held-out clips, with captions and without",
    "judge": "Judge: recognised part of held-out real clips",
    "vocoder": "Magnitude network: mean absolute error of held-out Fourier magnitudes, in dB",
}
FORMER_NAMES = {"told": "captioned", "untold": "uncaptioned"}
"""Figures that older checkpoints name otherwise."""


def write_curves(path: Path, title: str, curve: Sequence[dict[str, float]]) -> None:
    """Draw every figure of a curve but its steps, over the steps, from zero upwards."""
    curve = [{FORMER_NAMES.get(name, name): point[name] for name in point} for point in curve]
    names = [name for name in curve[0] if name not in ("step", "training")]
    highest = max(max(point[name] for point in curve) for name in names)
    last_step = max(point["step"] for point in curve)
    lines = []
    for number, name in enumerate(names):
        colour = COLOURS[number % len(COLOURS)]
        places = " ".join(
            f"{_x(point['step'], last_step):.1f},{_y(point[name], highest):.1f}" for point in curve
        )
        lines.append(f'<polyline points="{places}" fill="none" stroke="{colour}"/>')
        label = f"{name} (last {curve[-1][name]:.3g})"
        lines.append(_text(WIDTH - MARGIN, MARGIN + 16 * number, label, colour, "end"))
    path.write_text(_picture(title, highest, last_step, lines), encoding="utf-8")


def _x(step: float, last_step: float) -> float:
    return MARGIN + (WIDTH - 2 * MARGIN) * step / last_step


def _y(value: float, highest: float) -> float:
    return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * value / (highest or 1)


def _text(x: float, y: float, text: str, colour: str = "#555", anchor: str = "start") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}" text-anchor="{anchor}">{text}</text>'


def _picture(title: str, highest: float, last_step: float, lines: Sequence[str]) -> str:
    """Return the SVG: title, a frame of two axes with their ends, the lines."""
    left, right, top, bottom = MARGIN, WIDTH - MARGIN, MARGIN, HEIGHT - MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            'font-family="sans-serif" font-size="12">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            _text(left, 24, title, "#222"),
            f'<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="#888"/>',
            _text(left - 6, top + 4, f"{highest:.2g}", anchor="end"),
            _text(left - 6, bottom, "0", anchor="end"),
            _text(right, bottom + 18, f"{last_step:.0f} steps", anchor="end"),
            *lines,
            "</svg>",
            "",
        ]
    )
