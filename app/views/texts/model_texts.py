"""Texts about models: where they are, what they cannot do, and what a person has to allow."""

from PySide6.QtCore import QObject

from core.api.errors import DeviceLostError, NotAgreedError, NotConvertedError
from core.api.model_card import Capabilities, ListedModel, Place

WantsConsent = NotAgreedError | NotConvertedError | DeviceLostError

_BYTES_PER_GB = 1e9
_BYTES_PER_MB = 1e6


class ModelTexts(QObject):
    """Sentences about models."""

    def place(self, model: ListedModel) -> str:
        """Where it is, and how large it is there."""
        size = self.size(model.disk_bytes)
        whole = self.size(model.download_bytes)
        if model.problem:
            return self.tr("Cannot be used")
        return {
            Place.BUNDLED: self.tr("Came with Tessera · {size}"),
            Place.FOLDER: self.tr("Your folder · {size}"),
            Place.UNCONVERTED: self.tr("To be converted · {size}"),
            Place.CONVERTED: self.tr("Converted copy · {size}"),
            Place.DOWNLOADED: self.tr("Downloaded · {size}"),
            Place.CACHED: self.tr("In Hugging Face's cache · {size}"),
            Place.PARTIAL: self.tr("{size} of about {whole} downloaded"),
            Place.HUB: self.tr("On the hub · about {whole}"),
        }[model.place].format(size=size, whole=whole)

    def licence(self, model: ListedModel) -> str:
        """Its licence."""
        return self.tr("Licence: {licence}").format(licence=model.licence or self.tr("unknown"))

    def limits(self, capabilities: Capabilities) -> str:
        """What it cannot do, in a few words for the note under the list."""
        parts = [self.tr("Reads {count} tokens").format(count=capabilities.max_prompt_tokens)]
        if not capabilities.reads_word_order:
            parts.append(self.tr("word order matters little"))
        if not capabilities.audio_to_audio:
            parts.append(self.tr("no sound to start from"))
        if capabilities.speaks:
            parts.append(self.tr("speaks a text"))
        if capabilities.sings:
            parts.append(self.tr("sings lyrics"))
        if not capabilities.edits_bands:
            parts.append(self.tr("no edits of a band"))
        return " · ".join(parts)

    def limits_at_length(self, capabilities: Capabilities) -> str:
        """The same in sentences."""
        sentences = [
            self.tr("It reads the first {count} tokens (pieces of words) of a prompt.").format(
                count=capabilities.max_prompt_tokens
            )
        ]
        if not capabilities.reads_word_order:
            sentences.append(
                self.tr("It hears a prompt as a whole: the order of its words matters little.")
            )
        if not capabilities.audio_to_audio:
            sentences.append(self.no_source())
        if capabilities.speaks:
            sentences.append(
                self.tr(
                    "It speaks a text, which has to fit into the length of the sounds that it was "
                    "trained on; it makes none that are longer, or without an end."
                )
            )
        if not capabilities.edits_bands:
            sentences.append(
                self.tr("It makes all frequencies of a selection again, not a band of them.")
            )
        if capabilities.sings:
            sentences.append(
                self.tr("It sings lyrics, in sounds that are no longer than those of its training.")
            )
        if not capabilities.guided:
            sentences.append(self.no_guidance())
        if not capabilities.reads_negative_prompt:
            sentences.append(self.no_negative_prompt())
        return " ".join(sentences)

    def no_guidance(self) -> str:
        """Why the field for the guidance is disabled."""
        return self.tr("It was distilled to few steps without guidance.")

    def no_negative_prompt(self) -> str:
        """Why the field for what to keep away from is disabled."""
        return self.tr("It cannot be told what to keep away from.")

    def no_source(self) -> str:
        """Why the field for a source sound is disabled."""
        return self.tr("It cannot start from a sound: it does not say how it measures sound.")

    def download_question(self, source: str, size_bytes: int, licence: str) -> str:
        """What is asked before a download."""
        return self.tr(
            "{model} is a download of about {size} under the licence {licence}. Where its weights "
            "are pickles, they are then converted to safetensors; nothing of them is run.\n\n"
            "Download it and agree to its licence?"
        ).format(model=source, size=self.size(size_bytes), licence=licence)

    def conversion_title(self) -> str:
        """Title of the question before a conversion."""
        return self.tr("Convert a model")

    def conversion_question(self, source: str, size_bytes: int, folder: str) -> str:
        """What is asked before a conversion."""
        return self.tr(
            "{model} keeps its weights as a pickle, which can run any program when it is opened. "
            "Tessera converts them once, without running anything of the file, into a copy of up "
            "to {size} in {folder}. The original stays as it is.\n\nConvert it?"
        ).format(model=source, size=self.size(size_bytes), folder=folder)

    def size(self, count: int) -> str:
        """Bytes as a person reads them."""
        if count >= _BYTES_PER_GB:
            return self.tr("{number} GB").format(number=f"{count / _BYTES_PER_GB:.1f}")
        return self.tr("{number} MB").format(number=f"{count / _BYTES_PER_MB:.0f}")


class ConsentTexts(QObject):
    """What is asked where a run failed for want of consent; yes lets it run once more."""

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
