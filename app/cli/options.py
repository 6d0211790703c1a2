"""The command line's options: those of `generate`, of the three edits and of `mix`."""

import argparse
from enum import StrEnum
from pathlib import Path

from app.cli.export_options import add_export_options
from app.cli.ranks.rank_choice import parse_devices
from app.cli.song_options import add_song
from app.clock_time import parse_time
from core.api.config import Blend, TilingMode
from core.api.edit import EditKind
from core.api.errors import InvalidRequestError
from core.api.lora import Lora
from core.api.request import BUNDLED_MODEL, GenerationRequest, Level, Scheduler, as_level


def add_generate_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `generate` with its options."""
    parser = commands.add_parser("generate", help="make a sound without a window")
    _add_prompts(parser)
    add_output(parser)
    _add_length(parser)
    _add_sampling(parser)
    _add_source(parser)
    _add_model(parser)
    _add_engine(parser)
    parser.add_argument(
        "--devices",
        type=parse_devices,
        default=(),
        metavar="LIST",
        help="several devices that make a long sound, or a list of prompts, together, such as "
        "cuda:0,cuda:1 or cpu,cpu",
    )
    parser.add_argument(
        "--blend",
        choices=_values(Blend),
        default=Blend.AVERAGE,
        help="how overlapping windows of a long sound are joined",
    )
    add_result(parser)


def add_edit_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `repair`, `continue` and `loop` with their options."""
    repair = commands.add_parser("repair", help="make a part of a sound again")
    repair.set_defaults(kind=EditKind.REGENERATE)
    _add_edit(repair)
    _add_region(repair)
    lengthen = commands.add_parser("continue", help="make a sound longer, at either end")
    lengthen.set_defaults(kind=EditKind.CONTINUE_RIGHT)
    _add_edit(lengthen)
    lengthen.add_argument(
        "--seconds",
        type=as_seconds,
        default=5.0,
        metavar="TIME",
        help="how much is added, such as 10 or 2:30; default: 5",
    )
    lengthen.add_argument("--before", action="store_true", help="before the beginning")
    loop = commands.add_parser("loop", help="make the end of a sound lead to its start")
    loop.set_defaults(kind=EditKind.LOOP)
    _add_edit(loop)


def add_mix_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `mix` with its options."""
    parser = commands.add_parser("mix", help="mix the layers of an arrangement")
    parser.add_argument("folder", help="the folder that an arrangement was saved into")
    add_output(parser)
    parser.add_argument(
        "--stems",
        metavar="FOLDER",
        help="also write a file for each track that is heard into a folder, in the same format and "
        "at the same gain; they are as long as the mix and sum to it",
    )
    add_result(parser)


def _add_prompts(parser: argparse.ArgumentParser) -> None:
    prompts = parser.add_mutually_exclusive_group(required=True)
    prompts.add_argument(
        "prompt", nargs="?", help='what to hear; "" for whatever the model comes up with'
    )
    prompts.add_argument(
        "--prompts",
        metavar="LIST",
        help="a text file with a prompt a line, each for a file of its own: -o sounds/take.wav "
        "gives sounds/take-001-rain.wav and so on",
    )
    parser.add_argument(
        "--segment",
        action="append",
        default=[],
        metavar="TIME=PROMPT",
        help="another prompt from a moment on, such as 0:20=thunder; may be given several times",
    )
    _add_negative_prompt(parser, default="")
    _add_transcription(parser)
    add_song(parser)


def _add_length(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seconds",
        type=as_seconds,
        metavar="TIME",
        help="length, such as 10 or 2:30; default: 10, or that of --init-audio",
    )
    parser.add_argument(
        "--endless",
        action="store_true",
        help="go on until Ctrl+C, which finishes the file; --seconds does not count",
    )


def _add_sampling(parser: argparse.ArgumentParser) -> None:
    default, own = GenerationRequest(), "; default: {}, or what a distilled model needs"
    _add_seed(parser)
    parser.add_argument(
        "--steps", type=int, help="denoising steps" + own.format(default.num_inference_steps)
    )
    parser.add_argument(
        "--guidance", type=float, help="guidance scale" + own.format(default.guidance_scale)
    )
    parser.add_argument("--scheduler", choices=_values(Scheduler))
    parser.add_argument(
        "--draft",
        action="store_true",
        help="a quick draft by UniPC in three tenths of the steps; the same seed without --draft "
        "makes it in full",
    )
    parser.add_argument(
        "--level",
        type=_level,
        default=default.level,
        metavar="LUFS",
        help="the loudness that the sound is made at, to about a decibel, such as -16; "
        "unchanged: as the model makes it; default: as the model's card recommends",
    )


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--init-audio", metavar="FILE", help="a sound to start from")
    parser.add_argument(
        "--strength",
        type=float,
        default=GenerationRequest().strength,
        help="with --init-audio: 0 keeps the sound, 1 leaves almost nothing of it",
    )


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model",
        default=BUNDLED_MODEL,
        help="bundled, an AudioLDM folder or checkpoint, or a hub id",
    )
    parser.add_argument(
        "--lora",
        action="append",
        default=[],
        type=_lora,
        metavar="PATH[=WEIGHT]",
        help="a LoRA, a folder or a file, to be merged into the model with a weight such as 0.8 "
        "(default: 1); may be given several times",
    )
    _add_agreements(parser)
    parser.add_argument(
        "--editable",
        action="store_true",
        help="keep what repair, continue and loop start from, in a file beside the sound",
    )


def _add_agreements(parser: argparse.ArgumentParser) -> None:
    """Add what a person has to agree to before some models are there."""
    parser.add_argument(
        "--agree-to-licence",
        action="store_true",
        help="download a hub model, having read its licence and size",
    )
    parser.add_argument(
        "--convert",
        action="store_true",
        help="convert weights that are pickles (.ckpt, .pth, .bin) once, into a copy beside the "
        "downloads; nothing of such a file is run",
    )


def _add_edit(parser: argparse.ArgumentParser) -> None:
    """Add what all three edits share."""
    parser.add_argument(
        "take",
        help="any sound file; one made with generate --editable is edited in its latents, and so "
        "is the folder of a take in the studio's library",
    )
    add_output(parser, remark="; it can be edited in turn")
    parser.add_argument("--prompt", help="what to hear there; default: the take's own prompt")
    _add_negative_prompt(parser, default=None)
    _add_transcription(parser)
    _add_seed(parser)
    _add_model_of_recording(parser)
    _add_agreements(parser)
    _add_engine(parser)
    add_result(parser)


def _add_model_of_recording(parser: argparse.ArgumentParser) -> None:
    """Add what makes the new sound in a recording; a take names all of it itself."""
    recording = parser.add_argument_group("for a sound without latents beside it")
    recording.add_argument("--model", help="bundled, a folder or checkpoint, or a hub id")
    recording.add_argument("--steps", type=int, help="denoising steps")
    recording.add_argument("--guidance", type=float, help="guidance scale")


def _add_region(parser: argparse.ArgumentParser) -> None:
    """Add which cells of time and frequency are made again, and how far they may change."""
    for name, field, verb in (("--from", "start", "begins"), ("--to", "stop", "ends")):
        parser.add_argument(
            name,
            dest=field,
            action="append",
            type=as_seconds,
            required=True,
            metavar="TIME",
            help=f"where the part {verb}, such as 3.5 or 1:20; several parts have one each",
        )
    add_band(parser)
    parser.add_argument(
        "--strength",
        type=float,
        default=1.0,
        help="how far it may leave what was there: 0 keeps it, 1 (the default) starts from noise",
    )


def add_band(parser: argparse.ArgumentParser) -> None:
    """Add which frequencies are changed."""
    parser.add_argument("--low", type=float, default=0.0, metavar="HZ", help="only from here up")
    parser.add_argument("--high", type=float, metavar="HZ", help="only up to here")


def add_output(parser: argparse.ArgumentParser, remark: str = "") -> None:
    """Add which file is written."""
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="FILE",
        help=f"the file to write: .wav, .flac, .ogg, .opus or .mp3{remark}",
    )


def _add_negative_prompt(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument(
        "--negative", default=default, metavar="PROMPT", help="what to keep away from"
    )


def _add_transcription(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--transcription",
        default="",
        metavar="TEXT",
        help="what is spoken, with a model that speaks; phonemes (IPA) between slashes stay so",
    )


def _add_seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, help="0 to 2^64 - 1; without one a fresh one is drawn")


def _add_engine(parser: argparse.ArgumentParser) -> None:
    """Add how and where this machine computes."""
    parser.add_argument(
        "--mode",
        choices=_values(TilingMode),
        default=TilingMode.EXACT,
        help="how the VAE is tiled: streaming and padded are approximate",
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps, ...")


def add_result(parser: argparse.ArgumentParser) -> None:
    """Add how the sound is written, and how progress is reported."""
    add_export_options(parser)
    parser.add_argument("--json", action="store_true", help="one event a line on standard output")


def _lora(text: str) -> Lora:
    """Return a LoRA and its weight; a path may hold an equals sign too.

    The path is made absolute, so that the settings in the written file name the same LoRA.

    Raises:
        argparse.ArgumentTypeError: The weight cannot be used; argparse prints the sentence.
    """
    path, _, number = text.rpartition("=")
    weight = _plain_number(number) if path and not Path(text).expanduser().exists() else None
    name, weight = (text, 1.0) if weight is None else (path, weight)
    try:
        return Lora(str(Path(name).expanduser().absolute()) if name else "", weight)
    except InvalidRequestError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _level(text: str) -> Level | float:
    """Return a level or a loudness.

    Raises:
        argparse.ArgumentTypeError: It is neither; argparse prints the sentence.
    """
    number = _plain_number(text)
    try:
        return as_level(text if number is None else number)
    except InvalidRequestError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def as_seconds(text: str) -> float:
    """Return the seconds that a person typed, such as 10 or 2:30.

    Raises:
        argparse.ArgumentTypeError: It is no time; argparse prints the sentence.
    """
    time_s = _plain_number(text) if ":" not in text else parse_time(text)
    if time_s is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write 10, 2:30 or 1:02:30")
    return time_s


def _plain_number(text: str) -> float | None:
    """Any number, in any form: whether it can be a length or a place, the request says."""
    try:
        return float(text)
    except ValueError:
        return None


def _values(choices: type[StrEnum]) -> list[str]:
    """Return the values as they are typed: argparse would show how Python writes an enum."""
    return [choice.value for choice in choices]
