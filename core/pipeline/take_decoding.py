"""From a clip's latents to a finished take."""

import torch

from core.api.config import EngineConfig
from core.api.events import Stage
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.api.take import Take
from core.diffusion.latent_clip import LatentClip
from core.models.text_to_audio_model import TextToAudioModel
from core.peers.alone import ALONE
from core.peers.peers import Peers
from core.pipeline.decoding import decoder_of
from core.pipeline.latent_preview import StepPreview


def decode_take(
    model: TextToAudioModel,
    request: GenerationRequest,
    config: EngineConfig,
    clip: LatentClip,
    *,
    preview: StepPreview | None,
    progress: Progress,
    peers: Peers = ALONE,
) -> Take:
    """Decode and vocode a clip, and put what came of it together.

    Args:
        model: The model with its VAE and vocoder.
        request: What the latents were made for; its edits are not made here.
        config: How to decode.
        clip: The latents, (1, C, T, F).
        preview: Learns from the take's log-mel; None = there is none.
        progress: Receives tiles and sound as they are made; may cancel between them.
        peers: Ranks that assist the decoder; this is the first.

    Raises:
        TesseraError: It cannot be done; the sentence says why.
        Cancelled: The run was cancelled through `progress`.
    """
    with progress.stage(Stage.DECODING):
        rendering = decoder_of(model).decode(
            clip,
            model.clock.num_samples(request.duration_s),
            config=config,
            progress=progress,
            level=request.level,
            peers=peers,
        )
    latents = clip.mapped()[:, : model.clock.num_frames(request.duration_s)]
    if preview is not None:
        preview.learn_from_take(torch.from_numpy(latents)[None], rendering.mel)
    return Take(
        request=request,
        config=config,
        plan=rendering.explanation,
        mode=rendering.mode,
        sample_rate=model.clock.sample_rate,
        waveform=rendering.waveform,
        mel=rendering.mel,
        gain=rendering.gain,
        latents=latents,
    )
