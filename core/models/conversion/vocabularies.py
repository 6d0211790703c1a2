"""Finds the vocabularies that an original checkpoint does not hold.

The authors' programs fetch RoBERTa's and T5's vocabularies from the hub. They are the same for
every model of the families, so any copy on this machine will do: beside the checkpoint, in a model
that was downloaded, or in Hugging Face's cache. Their phonemes are a short list of symbols.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.api.errors import ModelLoadError
from core.models.family import Family
from core.runtime.outside_file import parse_json, read_outside_file

CONFIG = "tokenizer_config.json"
_MAX_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a tokenizer needs, and where it can be found.

    Attributes:
        component: The tokenizer's name in a model's folder.
        encoder: The network that reads its tokens.
        encoder_class: Its class.
        title: What a person calls it.
        file_sets: Sets of files; one has to be complete.
        repositories: Repositories on the hub that hold it.
        fills_embeddings: Whether it has exactly as many tokens as the network has rows.
        max_length: Tokens of a prompt, as the authors limit them.
        class_name: Of its tokenizer.
    """

    component: str
    encoder: str
    encoder_class: str
    title: str
    file_sets: tuple[tuple[str, ...], ...]
    repositories: tuple[str, ...]
    fills_embeddings: bool
    max_length: int
    class_name: str

    def is_of(self, family: Family) -> bool:
        """Whether models of a family read with it."""
        reader = family.components.get(self.encoder)
        return reader is not None and self.encoder_class in reader.classes


ROBERTA = Vocabulary(
    "tokenizer",
    "text_encoder",
    "ClapTextModelWithProjection",
    "RoBERTa",
    (("vocab.json", "merges.txt"), ("tokenizer.json",)),
    ("FacebookAI/roberta-base", "roberta-base", "laion/clap-htsat-unfused"),
    fills_embeddings=True,
    max_length=512,
    class_name="RobertaTokenizer",
)
FLAN_T5 = Vocabulary(
    "tokenizer_2",
    "text_encoder_2",
    "T5EncoderModel",
    "Flan-T5",
    (("tokenizer.json",),),
    tuple(f"google/flan-t5-{size}" for size in ("large", "base", "small", "xl", "xxl")),
    fills_embeddings=False,  # the embeddings are rounded up to 32,128 rows
    max_length=128,
    class_name="T5Tokenizer",
)
VOCABULARIES = (ROBERTA, FLAN_T5)
PHONEMES = (  # VITS's symbols and five marks, the last for the end (audioldm2/.../util.py, CACHE)
    '_;:,.!?¡¿—…"«»“” ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    "ɑɐɒæɓʙβɔɕçɗɖðʤəɘɚɛɜɝɞɟʄɡɠɢʛɦɧħɥʜɨɪʝɭɬɫɮʟɱɯɰŋɳɲɴøɵɸθœɶʘɹɺɾɻʀʁɽʂʃʈʧʉʊʋⱱʌɣɤʍχʎʏʑʐʒʔʡʕʢǀǁǂǃ"
    "ˈˌːˑʼʴʰʱʲʷˠˤ˞↓↑→↗↘'\u0329'ᵻ♪☎☒☝⚠"
)
_EXTRA_FILES = (CONFIG, "special_tokens_map.json", "added_tokens.json")


def candidate_folders(
    vocabulary: Vocabulary, beside: Path, models_folder: Path, hub_cache: Path | None
) -> tuple[Path, ...]:
    """All folders on this machine that hold a vocabulary of this kind, the nearest first.

    Args:
        vocabulary: Which one.
        beside: The folder of the checkpoint.
        models_folder: Tessera's models.
        hub_cache: Hugging Face's cache; None = there is none.
    """
    name = vocabulary.component
    places = [beside / name, beside, *sorted(models_folder.glob(f"*/{name}"))]
    if hub_cache is not None:
        for repository in vocabulary.repositories:
            places += _snapshots(hub_cache, repository.replace("/", "--"), "")
        places += _snapshots(hub_cache, "*ldm*", name)
    return tuple(folder for folder in places if _files(vocabulary, folder))


def choose_folder(
    path: Path, vocabulary: Vocabulary, folders: tuple[Path, ...], num_rows: int
) -> Path:
    """The first folder whose vocabulary fits the encoder's embeddings.

    Args:
        path: The checkpoint, for the error.
        vocabulary: Which one.
        folders: Candidates.
        num_rows: Rows of the encoder's embeddings.

    Raises:
        ModelLoadError: There is none; the sentence says where to put one.
    """
    for folder in folders:
        size = _num_tokens(vocabulary, folder)
        if size == num_rows or (not vocabulary.fills_embeddings and 0 < size <= num_rows):
            return folder
    files = " and ".join(vocabulary.file_sets[0])
    raise ModelLoadError(
        str(path),
        f"does not hold the vocabulary of {vocabulary.title} ({num_rows:,} words), with which its "
        f"prompts are read, and there is none on this machine. Put {files} of "
        f"huggingface.co/{vocabulary.repositories[0]} into a folder named {vocabulary.component} "
        "beside it, or download a model of its family; then open it again.",
    )


def write_vocabulary(vocabulary: Vocabulary, folder: Path, target: Path) -> None:
    """Copy a vocabulary, with the authors' limit on the length of a prompt.

    Raises:
        OSError, ValueError: A file cannot be read or written.
    """
    target.mkdir()
    for name in (*_files(vocabulary, folder), *_EXTRA_FILES):
        if (folder / name).is_file():
            (target / name).write_bytes(read_outside_file(folder / name, _MAX_BYTES))
    config: dict[str, Any] = {"tokenizer_class": vocabulary.class_name}
    if (target / CONFIG).is_file():
        config |= parse_json((target / CONFIG).read_bytes(), allows_infinity=True)
    stated = config.get("model_max_length")
    limit = stated if isinstance(stated, int) else vocabulary.max_length
    config["model_max_length"] = min(limit, vocabulary.max_length)
    (target / CONFIG).write_text(json.dumps(config, indent=2), encoding="utf-8")


def write_phonemes(target: Path, length: int) -> None:
    """Write VITS's tokenizer with the symbols of AudioLDM2's speech models.

    Args:
        target: Its folder.
        length: Phonemes of a text.

    Raises:
        OSError: A file cannot be written.
    """
    target.mkdir()
    vocabulary = {symbol: index for index, symbol in enumerate(PHONEMES)}
    (target / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    config = {
        "tokenizer_class": "VitsTokenizer",
        "pad_token": PHONEMES[0],
        "unk_token": PHONEMES[0],
        "add_blank": False,
        "normalize": True,
        "phonemize": True,
        "model_max_length": length,
    }
    (target / CONFIG).write_text(json.dumps(config, indent=2), encoding="utf-8")


def _snapshots(hub_cache: Path, repository: str, inner: str) -> Iterator[Path]:
    """Folders of a repository's snapshots in Hugging Face's cache."""
    for snapshot in sorted(hub_cache.glob(f"models--{repository}/snapshots/*")):
        yield snapshot / inner


def _files(vocabulary: Vocabulary, folder: Path) -> tuple[str, ...]:
    """The first complete set of files in a folder; empty without one."""
    return next(
        (
            files
            for files in vocabulary.file_sets
            if all((folder / name).is_file() for name in files)
        ),
        (),
    )


def _num_tokens(vocabulary: Vocabulary, folder: Path) -> int:
    """How many tokens a vocabulary has; 0 where it cannot be read."""
    name = _files(vocabulary, folder)[0]
    try:
        content = parse_json(read_outside_file(folder / name, _MAX_BYTES), allows_infinity=True)
        return len(content if name != "tokenizer.json" else content["model"]["vocab"])
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return 0
