"""Fields for counts, for numbers, and for lengths of time, typed as seconds, m:ss or h:mm:ss."""

import re

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox

from app.clock_time import clock_text, parse_time

_BEGUN = re.compile(r"\d*(:([0-5]\d?|\d)?){0,2}([.]\d*)?")  # what may become a time
_CLOCK_FROM_S = 60.0
_PADDING_PX = 7


class CountBox(QSpinBox):
    """Takes whole numbers."""

    def __init__(self, *, minimum: int, maximum: int) -> None:
        super().__init__(minimum=minimum, maximum=maximum)
        _pad(self)


class _DecimalBox(QDoubleSpinBox):
    """What fields for numbers and for lengths of time have in common."""

    def __init__(
        self, *, decimals: int, maximum: float, minimum: float = 0.0, single_step: float = 1.0
    ) -> None:
        super().__init__(
            decimals=decimals, minimum=minimum, maximum=maximum, singleStep=single_step
        )
        _pad(self)


class NumberBox(_DecimalBox):
    """Takes both decimal marks, whichever the language writes.

    QDoubleSpinBox drops the other mark while it is typed: in German "7.5" became 75, or 7.
    """

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Whether it is a number or may become one, and the text with the language's own mark."""
        validated: tuple[QValidator.State, str, int] = super().validate(
            self._with_own_mark(text), position
        )
        return validated

    def valueFromText(self, text: str) -> float:
        """The number that was typed."""
        return super().valueFromText(self._with_own_mark(text))

    def _with_own_mark(self, text: str) -> str:
        if text == self.specialValueText():
            return text
        mark = self.locale().decimalPoint()
        return text.replace("." if mark == "," else ",", mark)


class DurationBox(_DecimalBox):
    """Shows seconds up to a minute, and a clock from there on.

    Args:
        decimals: Of a second.
        minimum, maximum, single_step: In seconds.
    """

    def textFromValue(self, value: float) -> str:
        """`12.0 s`, `1:30`, `1:02:03.5`."""
        if value < _CLOCK_FROM_S:
            return self.locale().toString(value, "f", self.decimals()) + self.tr(" s")
        is_whole = round(value, self.decimals()).is_integer()
        return clock_text(value, 0 if is_whole else self.decimals())

    def valueFromText(self, text: str) -> float:
        """What was typed, in seconds."""
        if text == self.specialValueText():
            return self.minimum()
        value = parse_time(self._bare(text))
        return self.value() if value is None else value

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Whether it is a time, or may become one."""
        return self._state(text), text, position

    def _state(self, text: str) -> QValidator.State:
        if text == self.specialValueText() and text:
            return QValidator.State.Acceptable
        value = parse_time(self._bare(text))
        if value is None:
            is_begun = _BEGUN.fullmatch(self._bare(text)) is not None
            return QValidator.State.Intermediate if is_begun else QValidator.State.Invalid
        if value > self.maximum():
            return QValidator.State.Invalid
        is_enough = value >= self.minimum()
        return QValidator.State.Acceptable if is_enough else QValidator.State.Intermediate

    def _bare(self, text: str) -> str:
        """The figures alone, with a point before the decimals, whatever the language writes."""
        unit = self.tr(" s").strip()
        return text.strip().removesuffix(unit).strip().replace(",", ".")


def _pad(box: QAbstractSpinBox) -> None:
    """Keep the figures off the frame: style sheets do not reach the line in a spin box."""
    box.lineEdit().setTextMargins(_PADDING_PX, 0, _PADDING_PX, 0)
