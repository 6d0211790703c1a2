"""A field for a number, typed with a point or a comma before the decimals."""

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox


class NumberBox(QDoubleSpinBox):
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
