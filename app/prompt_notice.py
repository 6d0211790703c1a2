"""What a command says about prompts that the model does not understand, before it makes them."""

from core.events import Notice
from core.models.shelf import Shelf
from core.progress import Progress
from core.request import GenerationRequest
from core.vocabulary import Hint, Vocabulary


def notice_unknown(request: GenerationRequest, progress: Progress) -> None:
    """Tell of words in vain, once the model is on the disk; the sound is made all the same."""
    model = Shelf().describe(request.model)
    if model.vocabulary is None:
        return
    if hint := model.vocabulary.hint(*(segment.prompt for segment in request.prompts)):
        progress.emit(Notice(_sentence(model.name, hint, model.vocabulary)))


def _sentence(model: str, hint: Hint, vocabulary: Vocabulary) -> str:
    words = " and ".join(f'"{word}"' for word in hint.unknown)
    if hint.nearest:
        return f"{model} does not know {words}. Nearest: {', '.join(hint.nearest)}."
    lacks = "reads English" if hint.is_in_other_letters else f"does not know {words}"
    return f"{model} {lacks}. It knows, for example, {', '.join(vocabulary.examples)}."
