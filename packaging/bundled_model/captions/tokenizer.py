"""The tokenizer: byte-level pairs learnt from captions, for which capitals are small letters."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from string import ascii_lowercase

from tokenizers import Tokenizer, decoders, pre_tokenizers, processors
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from transformers import PreTrainedTokenizerBase, RobertaTokenizerFast

VOCABULARY_SIZE = 4000
LONGEST_PROMPT_TOKENS = 128
SPECIAL_TOKENS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
"""RoBERTa's, in RoBERTa's order: CLAP's text encoder expects 1 to be the padding."""

SPECIAL_ROLES = {
    "bos": "<s>",
    "cls": "<s>",
    "pad": "<pad>",
    "eos": "</s>",
    "sep": "</s>",
    "unk": "<unk>",
    "mask": "<mask>",
}


def train_tokenizer(captions: Iterable[str]) -> Tokenizer:
    """Learn byte pairs from captions; any text can be written in them, byte by byte at worst."""
    tokenizer = Tokenizer(BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=VOCABULARY_SIZE,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(captions, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return tokenizer


def write_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    """Write the folder that transformers loads as a RobertaTokenizer.

    Capitals get the numbers of their small letters in the vocabulary. A normaliser would say the
    same, but transformers builds its RobertaTokenizer from vocabulary and merges alone.

    Written beside, then renamed, so that a folder that exists is whole: transformers takes a part
    of one for a tokenizer of a few tokens.
    """
    beside = folder.with_suffix(".part")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    _write_files(tokenizer, beside)
    beside.rename(folder)


def load_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """Read a written tokenizer."""
    return RobertaTokenizerFast.from_pretrained(folder, local_files_only=True)


def _write_files(tokenizer: Tokenizer, folder: Path) -> None:
    description = json.loads(tokenizer.to_str())
    vocabulary = description["model"]["vocab"]
    vocabulary |= {letter.upper(): vocabulary[letter] for letter in ascii_lowercase}
    (folder / "tokenizer.json").write_text(json.dumps(description, ensure_ascii=False))
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False))
    pairs = [" ".join(pair) for pair in description["model"]["merges"]]
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *pairs, ""]))
    config = {
        "tokenizer_class": "RobertaTokenizer",
        "model_max_length": LONGEST_PROMPT_TOKENS,
        "add_prefix_space": True,
        "trim_offsets": True,
        **{f"{role}_token": token for role, token in SPECIAL_ROLES.items()},
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
