"""Notes of the chosen model under the fields: unknown words, what it can do and what it cannot."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from app.view_models.drafts.model_list import ModelListModel
from app.view_models.drafts.prompt_hint import PromptHint
from app.views.prompt.request_fields import RequestFields
from app.views.texts.model_texts import ModelTexts
from app.views.widgets.labels import set_tool_tip


class ModelNotes(QObject):
    """Writes notes under the prompt and the model, and disables what the model cannot use.

    The fields for what is spoken or sung are there only for a model that speaks or sings.
    """

    def __init__(
        self,
        fields: RequestFields,
        song: QWidget,
        model_list: ModelListModel,
        hint: PromptHint,
    ) -> None:
        super().__init__(fields)
        self._boxes, self._song = fields.boxes, song
        song.hide()  # until it is known that the model sings
        self._model_list, self._hint = model_list, hint
        self._texts = ModelTexts(self)
        model_list.current_changed.connect(self._show_limits)
        hint.changed.connect(self._show_hint)

    @Slot()
    def _show_limits(self) -> None:
        model = self._model_list.current
        capabilities = model.capabilities if model else None
        text = self._texts.limits(capabilities) if capabilities else ""
        self._boxes["model"].show_note((model and model.problem) or text)
        hint = self._texts.limits_at_length(capabilities) if capabilities else ""
        set_tool_tip(self._boxes["model"].note_label, hint)
        takes_sound = capabilities is None or capabilities.audio_to_audio
        self._boxes["init_audio"].disable_because("" if takes_sound else self._texts.no_source())
        guided = capabilities is None or capabilities.guided
        self._boxes["guidance_scale"].disable_because("" if guided else self._texts.no_guidance())
        reads_negative = capabilities is None or capabilities.reads_negative_prompt
        self._boxes["negative_prompt"].disable_because(
            "" if reads_negative else self._texts.no_negative_prompt()
        )
        if model is not None:  # else it is being described, and nothing is to jump
            speaks = capabilities is not None and capabilities.speaks
            self._boxes["transcription"].setVisible(speaks)
            self._song.setVisible(capabilities is not None and capabilities.sings)

    @Slot()
    def _show_hint(self) -> None:
        self._boxes["prompt"].show_note(self._sentence())

    def _sentence(self) -> str:
        hint = self._hint.hint
        if hint is None:
            return ""
        words = [self.tr("“{word}”").format(word=one) for one in hint.unknown]
        if hint.is_in_other_letters:
            sentence = self.tr("{model} reads English. It knows, for example, {names}.")
        elif hint.nearest:
            sentence = self.tr("{model} does not know {words}. Nearest: {names}.")
        else:
            sentence = self.tr("{model} does not know {words}. It knows, for example, {names}.")
        names = ", ".join(hint.nearest or self._hint.examples)
        unknown = self.tr(" and ").join(words)
        return sentence.format(model=self._hint.model_name, words=unknown, names=names)
