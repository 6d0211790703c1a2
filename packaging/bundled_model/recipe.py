"""The table of contents: clips, codec, latents, generator, judge, model folder, report."""

from collections.abc import Sequence
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
from bundled_model.data.clip_store import ClipStore
from bundled_model.data.concepts import Source
from bundled_model.data.rendering import ClipSet, Content, render_set
from bundled_model.data.waveform_store import WaveformStore
from bundled_model.diffusion.networks import new_text_encoder, new_unet
from bundled_model.diffusion.pairs import PairMixer
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
from bundled_model.vae.latents import LatentStore, encode_set
from bundled_model.vae.network import LATENT_CHANNELS, new_vae
from bundled_model.vae.principal import PrincipalComponents
from bundled_model.vae.task import Decoder, DecoderTask
from bundled_model.vocoder.settings import PARAMS
from bundled_model.vocoder.task import MagnitudeTask
from core.vocoders.magnitude_network import MagnitudeNetwork

CODEC_SEED, GENERATOR_SEED, JUDGE_NETWORK_SEED, VOCODER_SEED = 11, 22, 33, 44
RENDERED_PAIR_SHARE = 0.06
HELD_OUT_LATENTS = 248


@dataclass
class Recipe:
    """One run. Every part is made when it is first asked for, and found on disk the next time.

    Attributes:
        settings: Sizes.
        sources: Kinds of sound source to use.
        work: Folder for clips, checkpoints and latents; the run goes on from what it holds.
    """

    settings: Settings
    sources: tuple[type[Source], ...]
    work: Path

    def run(self, model_folder: Path, report_folder: Path) -> None:
        """Make the model folder and its report, from whatever is there already."""
        self.export(model_folder)
        curves = {
            "codec": self._decoder_run.curve,
            "generator": self._generator_run.curve,
            "judge": self._judge_run.curve,
            "vocoder": self._vocoder_run.curve,
        }
        listening = Listening(self.judge, self.held_out, self._held_out_waveforms)
        write_report(report_folder, model_folder, listening, Run(self.settings, curves))

    def export(self, model_folder: Path) -> None:
        """Write the trained model as a folder."""
        model = TrainedModel(
            self.codec,
            self.generator,
            self._vocoder_run.averaged,
            self._words,
            self._training_latents.scaling_factor,
        )
        write_model_folder(model_folder, model)

    @cached_property
    def training(self) -> ClipStore:
        """Clips for codec and generator."""
        return self._clips(
            "training", self.settings.training_clips, TRAINING_SEED, RENDERED_PAIR_SHARE
        )

    @cached_property
    def held_out(self) -> ClipStore:
        """Clips to measure on."""
        return self._clips("held-out", self.settings.held_out_clips, HELD_OUT_SEED)

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
        """The tokenizer, learnt from one caption of every training clip and from all scenes."""
        return load_tokenizer(self._words)

    @cached_property
    def _words(self) -> Path:
        folder = self.work / "tokenizer"
        if not folder.exists():
            rng = np.random.default_rng(GENERATOR_SEED)
            captions = (caption(plan, rng) for plan in self.training.plans)
            scenes = chain.from_iterable(SCENES.values())
            write_tokenizer(train_tokenizer(chain(captions, scenes)), folder)
        return folder

    @cached_property
    def _principal(self) -> PrincipalComponents:
        return PrincipalComponents.measure(self.training, LATENT_CHANNELS)

    @cached_property
    def _encoded(self) -> AutoencoderKL:
        """The codec with its encoder written and its decoder fresh."""
        torch.manual_seed(CODEC_SEED)
        return new_vae(self._principal, self.settings.codec_channels)

    @cached_property
    def _training_latents(self) -> LatentStore:
        return encode_set(self._encoded, self.training, self.work / "latents-training.pt")

    @cached_property
    def _held_out_latents(self) -> LatentStore:
        clips = self.held_out.first(HELD_OUT_LATENTS)
        factor = self._training_latents.scaling_factor
        return encode_set(self._encoded, clips, self.work / "latents-held-out.pt", factor)

    @cached_property
    def _decoder_run(self) -> Trainer:
        task = DecoderTask(
            Decoder(deepcopy(self._encoded)),
            (self.training, self._training_latents),
            (self.held_out, self._held_out_latents),
            self.settings.crops,
        )
        return self._train("decoder", task, self.settings.decoder, CODEC_SEED)

    @cached_property
    def _generator_run(self) -> Trainer:
        torch.manual_seed(GENERATOR_SEED)
        prompts = PromptNetwork(new_text_encoder(len(self.tokenizer)))
        task = DiffusionTask(
            Generator(new_unet(self.settings.unet_channels), prompts),
            self.tokenizer,
            self._training_latents,
            PairMixer(self.training, self._principal, self._training_latents.scaling_factor),
            self._held_out_latents,
            clips=self.settings.generator_clips,
        )
        return self._train("generator", task, self.settings.generator, GENERATOR_SEED)

    @cached_property
    def _judge_run(self) -> Trainer:
        clips = self._clips("judge", self.settings.judge_clips, JUDGE_SEED)
        torch.manual_seed(JUDGE_NETWORK_SEED)
        task = JudgeTask(Judge(), clips, self.held_out)
        return self._train("judge", task, self.settings.judge, JUDGE_NETWORK_SEED)

    @cached_property
    def _vocoder_run(self) -> Trainer:
        torch.manual_seed(VOCODER_SEED)
        task = MagnitudeTask(
            MagnitudeNetwork(PARAMS, *self.settings.magnitude_network),
            self._waveforms(
                "training", self.settings.vocoder_clips, TRAINING_SEED, RENDERED_PAIR_SHARE
            ),
            self._held_out_waveforms,
        )
        return self._train("vocoder", task, self.settings.vocoder, VOCODER_SEED)

    @cached_property
    def _held_out_waveforms(self) -> WaveformStore:
        return self._waveforms("held-out", self.settings.heard_clips, HELD_OUT_SEED)

    def _waveforms(
        self, name: str, clips: int, seed: int, pair_share: float = 0.0
    ) -> WaveformStore:
        """Return the waveforms of a set's first clips, rendered if they were not."""
        clip_set = ClipSet(name, clips, seed, self.sources, pair_share, Content.SAMPLES)
        files = render_set(clip_set, self.work, self.settings.processes)
        return WaveformStore.load(clip_set, files)

    def _clips(self, name: str, clips: int, seed: int, pair_share: float = 0.0) -> ClipStore:
        """Return a set of clips, rendered if it was not."""
        clip_set = ClipSet(name, clips, seed, self.sources, pair_share)
        return ClipStore.load(clip_set, render_set(clip_set, self.work, self.settings.processes))

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
