"""The table of contents: clips, codec, generator, judge, vocoder, model folder, report."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from transformers import PreTrainedTokenizerBase

from bundled_model.captions.caption import caption
from bundled_model.captions.scenes import SCENES
from bundled_model.captions.tokenizer import load_tokenizer, train_tokenizer, write_tokenizer
from bundled_model.captions.vocabulary import known_words
from bundled_model.data.clip import MEL
from bundled_model.data.concepts import Source
from bundled_model.data.mixture import Mixture
from bundled_model.data.planning import ClipPlanner
from bundled_model.data.recordings.library import (
    NO_RECORDINGS,
    Library,
    LibraryClip,
    read_library,
)
from bundled_model.data.recordings.split import Part, learnt_by_judge
from bundled_model.data.rendering import ClipSet
from bundled_model.data.waveform_store import WaveformStore
from bundled_model.diffusion.networks import new_text_encoder, new_unet
from bundled_model.diffusion.prompt_network import PromptNetwork
from bundled_model.diffusion.task import DiffusionTask, Generator
from bundled_model.export.folder import TrainedModel, write_model_folder
from bundled_model.judge.network import Judge
from bundled_model.judge.task import JudgeTask
from bundled_model.report.document import Run, write_report
from bundled_model.report.figures import Listening
from bundled_model.schedule import Schedule
from bundled_model.settings import HELD_OUT_SEED, JUDGE_SEED, TRAINING_SEED, Settings
from bundled_model.training import Task, Trainer
from bundled_model.vae.network import LATENT_CHANNELS, new_vae
from bundled_model.vae.principal import PrincipalComponents
from bundled_model.vae.task import Decoder, DecoderTask
from bundled_model.vocoder.sounds import TrainingSounds
from bundled_model.vocoder.task import MagnitudeTask
from core.vocoders.magnitude_network import MagnitudeNetwork

CPU = torch.device("cpu")
CODEC_SEED, GENERATOR_SEED, JUDGE_NETWORK_SEED, VOCODER_SEED = 11, 22, 33, 44
TOKENIZED_CLIPS, MEASURED_CLIPS = 8192, 62


@dataclass
class Recipe:
    """One run. Every part is made when it is first asked for, and found on disk the next time.

    Attributes:
        settings: Sizes.
        sources: Kinds of sound source to use.
        work: Folder for clips and checkpoints; the run goes on from what it holds.
        library: Folder of the library of recordings; None = without recordings.
        device: Where the generator is trained.
    """

    settings: Settings
    sources: tuple[type[Source], ...]
    work: Path
    library: Path | None = None
    device: torch.device = CPU

    def run(self, model_folder: Path, report_folder: Path) -> None:
        """Make the model folder and its report, from whatever is there already."""
        self.export(model_folder)
        curves = {
            "codec": self._decoder_run.curve,
            "generator": self._generator_run.curve,
            "judge": self._judge_run.curve,
            "vocoder": self._vocoder_run.curve,
        }
        listening = Listening(self.judge, self.held_out)
        write_report(report_folder, model_folder, listening, Run(self.settings, curves))

    def train(self, part: str) -> Trainer:
        """Return the trainer of the decoder, generator, judge or vocoder, at its end."""
        trainer: Trainer = getattr(self, f"_{part}_run")
        return trainer

    def export(self, model_folder: Path) -> None:
        """Write the trained model as a folder."""
        model = TrainedModel(
            self.codec,
            self.generator,
            self._vocoder_run.averaged,
            self._words,
            self._principal.scaling_factor,
        )
        write_model_folder(model_folder, model)

    @cached_property
    def training(self) -> WaveformStore:
        """Clips for codec, generator and vocoder."""
        recordings = self._library.numbered(Part.TRAINING)
        return self._clips("training", self.settings.training_clips, TRAINING_SEED, recordings)

    @cached_property
    def held_out(self) -> WaveformStore:
        """Clips to measure on."""
        recordings = self._tested(for_judge=False)
        return self._clips("held-out", self.settings.held_out_clips, HELD_OUT_SEED, recordings)

    @cached_property
    def codec(self) -> AutoencoderKL:
        """The trained codec."""
        vae, decoder = deepcopy(self._encoded), self._decoder_run.averaged
        vae.post_quant_conv, vae.decoder = decoder.post_quant_conv, decoder.decoder
        return vae

    @property
    def generator(self) -> Generator:
        """The trained UNet and text encoder."""
        return self._generator_run.averaged

    @property
    def judge(self) -> Judge:
        """The trained judge."""
        return self._judge_run.averaged

    @cached_property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        """The tokenizer, learnt from captions, from scenes and from words that people may add."""
        return load_tokenizer(self._words)

    @cached_property
    def _words(self) -> Path:
        folder = self.work / "tokenizer"
        if not folder.exists():
            rng = np.random.default_rng(GENERATOR_SEED)
            plans = self.training.plans[:TOKENIZED_CLIPS]
            captions = (caption(Mixture((plan,)), rng) for plan in plans)
            scenes = chain.from_iterable(SCENES.values())
            write_tokenizer(train_tokenizer(chain(captions, scenes, known_words())), folder)
        return folder

    @cached_property
    def _principal(self) -> PrincipalComponents:
        """The encoder: measured once, since everything else is learnt from its latents."""
        path = self.work / "principal.pt"
        if not path.exists():
            PrincipalComponents.measure(self.training, LATENT_CHANNELS).write(path)
        return PrincipalComponents.read(path)

    @cached_property
    def _encoded(self) -> AutoencoderKL:
        """The codec with its encoder written and its decoder fresh."""
        torch.manual_seed(CODEC_SEED)
        return new_vae(self._principal, self.settings.codec_channels)

    @cached_property
    def _decoder_run(self) -> Trainer:
        task = DecoderTask(
            Decoder(deepcopy(self._encoded)),
            self._principal,
            self.training,
            self.held_out,
            self.settings.crops,
        )
        return self._train("decoder", task, self.settings.decoder, CODEC_SEED)

    @cached_property
    def _generator_run(self) -> Trainer:
        torch.manual_seed(GENERATOR_SEED)
        prompts = PromptNetwork(new_text_encoder(len(self.tokenizer)))
        task = DiffusionTask(
            Generator(new_unet(self.settings.unet_channels), prompts).to(self.device),
            self.tokenizer,
            self._principal,
            self.training,
            self.held_out,
            clips=self.settings.generator_clips,
        )
        return self._train("generator", task, self.settings.generator, GENERATOR_SEED)

    @cached_property
    def _judge_run(self) -> Trainer:
        recordings = self._tested(for_judge=True)
        clips = self._clips("judge", self.settings.judge_clips, JUDGE_SEED, recordings)
        torch.manual_seed(JUDGE_NETWORK_SEED)
        task = JudgeTask(Judge(), clips, self.held_out)
        return self._train("judge", task, self.settings.judge, JUDGE_NETWORK_SEED)

    @cached_property
    def _vocoder_run(self) -> Trainer:
        torch.manual_seed(VOCODER_SEED)
        task = MagnitudeTask(
            MagnitudeNetwork(MEL, *self.settings.magnitude_network),
            MEL,
            TrainingSounds(self.training.head(self.settings.vocoder_clips), self._library),
            self.held_out.head(MEASURED_CLIPS).waveforms.unbind(),
        )
        return self._train("vocoder", task, self.settings.vocoder, VOCODER_SEED)

    @cached_property
    def _library(self) -> Library:
        """The recordings; none without a library."""
        return read_library(self.library) if self.library else NO_RECORDINGS

    def _tested(self, *, for_judge: bool) -> dict[int, LibraryClip]:
        """Return the test recordings that the judge learns from, or the others, by their places."""
        tested = self._library.numbered(Part.TEST)
        concepts = [clip.recording.concept for clip in tested.values()]
        learnt = learnt_by_judge(concepts, [clip.key for clip in tested.values()])
        return {
            number: clip for number, clip in tested.items() if (clip.key in learnt) is for_judge
        }

    def _clips(
        self, name: str, clips: int, seed: int, recordings: Mapping[int, LibraryClip]
    ) -> WaveformStore:
        """Return a set of clips, rendered if it was not."""
        planner = ClipPlanner(seed, self.sources, recordings)
        clip_set = ClipSet(name, clips, planner, self.library)
        return WaveformStore.rendered(clip_set, self.work, self.settings.processes)

    def _train(self, name: str, task: Task, schedule: Schedule, seed: int) -> Trainer:
        """Return a trainer that has reached the end of its schedule."""
        checkpoint = self.work / f"{name}.pt"
        trainer = Trainer(task, schedule, checkpoint, seed, self.settings.validate_every)
        trainer.run()
        return trainer


def missing_packages(sources: Sequence[type[Source]], wanted: Sequence[type[Source]]) -> str:
    """Return the Debian packages to install for the sources that are wanted and not there."""
    packages = {
        "Instrument": "fluidsynth libfluidsynth3 fluid-soundfont-gm",
        "Samples": "sonic-pi-samples",
        "Voice": "espeak-ng",
    }
    missing = {source.__name__ for source in wanted} - {source.__name__ for source in sources}
    return " ".join(packages[name] for name in packages if name in missing)
