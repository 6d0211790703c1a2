"""What a person is asked where a run failed for want of consent."""

from PySide6.QtCore import QObject

from app.views.texts.model_texts import ModelTexts
from core.api.errors import DeviceLostError, NotAgreedError, NotConvertedError

WantsConsent = NotAgreedError | NotConvertedError | DeviceLostError


class ConsentTexts(QObject):
    """Titles and questions; yes lets the same request run once more."""

    def title(self, error: WantsConsent) -> str:
        """What the question is about."""
        match error:
            case NotAgreedError():
                return self.tr("Download a model")
            case NotConvertedError():
                return ModelTexts(self).conversion_title()
        return self.tr("Compute on the processor")

    def question(self, error: WantsConsent) -> str:
        """What may be done."""
        models = ModelTexts(self)
        match error:
            case NotAgreedError():
                return models.download_question(error.source, error.size_bytes, error.licence)
            case NotConvertedError():
                return models.conversion_question(error.source, error.size_bytes, error.folder)
        return self.tr(
            "The graphics card ({device}) does not answer any more: it was unplugged, or the "
            "computer slept, or its driver was started again. Tessera can use it again after its "
            "next start.\n\nGo on with the processor? It becomes the device of the settings."
        ).format(device=error.device)
