"""The line above the buttons: memory and time that the sound will take."""

from PySide6.QtCore import Slot

from app.view_models.drafts.request_estimate import EstimateModel
from app.views.widgets.labels import PlainLabel, set_tool_tip
from core.api.estimate import Estimate

_BYTES_PER_GB = 1e9
_BYTES_PER_MB = 1e6
_SHORT_S = 90


class EstimateLine(PlainLabel):
    """Shows an EstimateModel as a sentence."""

    def __init__(self, model: EstimateModel) -> None:
        super().__init__(word_wrap=True)
        self._model = model
        self.setProperty("role", "caption")
        model.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Say what is known."""
        self.setText(self._sentence())
        estimate = self._model.estimate
        set_tool_tip(self, estimate.explanation if estimate else "")

    def _sentence(self) -> str:
        model = self._model
        if model.problem:
            return model.problem
        if not model.engine_ready:
            return self.tr("The estimate follows once the engine is ready.")
        if model.estimate is None and model.is_awaited:
            return self.tr("The estimate follows once the engine is free.")
        if model.estimate is None:
            return self.tr("The estimate follows once this model is in memory.")
        return self._needs(model.estimate, model.expected_s)

    def _needs(self, estimate: Estimate, expected_s: float | None) -> str:
        """What a sound takes, of each device where several share it."""
        if estimate.num_devices == 1 and expected_s is None:
            text = self.tr("Needs about {memory} here.")
        elif estimate.num_devices == 1:
            text = self.tr("Needs about {memory} here and takes about {time}.")
        elif expected_s is None:
            text = self.tr("Needs about {memory} on each of {count} devices.")
        else:
            text = self.tr(
                "Needs about {memory} on each of {count} devices and takes about {time}."
            )
        return text.format(
            memory=self._memory_text(estimate.total_bytes),
            count=estimate.num_devices,
            time="" if expected_s is None else self._time_text(expected_s),
        )

    def _memory_text(self, count: int) -> str:
        if count >= _BYTES_PER_GB:
            return self.tr("{number} GB").format(number=f"{count / _BYTES_PER_GB:.1f}")
        tens = max(10, round(count / _BYTES_PER_MB / 10) * 10)
        return self.tr("{number} MB").format(number=tens)

    def _time_text(self, duration_s: float) -> str:
        if duration_s <= _SHORT_S:
            return self.tr("{number} s").format(number=max(1, round(duration_s)))
        return self.tr("{number} min").format(number=round(duration_s / 60))
