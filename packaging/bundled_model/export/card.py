"""The model's description: tessera.json for the app, README.md for people."""

from typing import Any

from bundled_model.data.clip import CLIP_SAMPLES, MEL
from bundled_model.data.concepts import CONCEPT_NAMES
from bundled_model.data.recordings.packages import PACKAGES
from bundled_model.diffusion.networks import PROMPT_WIDTH

LICENCE = "CC-BY-SA-4.0"
DESCRIPTION = (
    f"A small model for {len(CONCEPT_NAMES)} sounds of everyday life, nature, games and music; "
    "starts at once, no download."
)
GUIDANCE_SCALE, GUIDANCE_RESCALE = 3.5, 0.5
STEPS = 25
LOUDNESS_LUFS = -20
SOURCES = f"""\
| Source | Used for | Licence |
| --- | --- | --- |
| FluidR3 GM sound font, Frank Wen (`fluid-soundfont-gm`) \
| instruments, drum kits, four noises | MIT |
| Sonic Pi samples (`sonic-pi-samples`), `tabla_*` and `vinyl_*`, from freesound.org \
| tabla, vinyl scratch | CC0 1.0 |
| eSpeak NG voices (`espeak-ng`), words by chance | man and woman speaking \
| GPL-3.0 program, its output is free |
| Formulas of `packaging/bundled_model/data/effects.py` \
| siren, alarm, clock, heartbeat, laser | Apache-2.0 |
| Recordings of {len(PACKAGES)} packages of Debian 12, each file under its own terms | all others \
| CC-BY-SA, CC-BY, CC0, MIT, public domain |
"""


def tessera_card() -> dict[str, Any]:
    """Return the contents of tessera.json."""
    return {
        "name": "Tessera Small",
        "description": DESCRIPTION,
        "licence": LICENCE,
        "window_frames": MEL.frames_of(CLIP_SAMPLES),
        "guidance_scale": GUIDANCE_SCALE,
        "guidance_rescale": GUIDANCE_RESCALE,
        "num_inference_steps": STEPS,
        "noise_follows_prompt": True,
        "loudness_lufs": LOUDNESS_LUFS,
        "concepts": list(CONCEPT_NAMES),
    }


def readme() -> str:
    """Return the model card in Markdown: what it is, what it knows, where its sounds are from."""
    return f"""---
license: cc-by-sa-4.0
pipeline_tag: text-to-audio
---
# Tessera Small

{DESCRIPTION} A latent diffusion model in the shape of AudioLDM (Liu et al., 2023,
arXiv 2301.12503) with 16 kHz sound and windows of 5.12 s. It was trained from scratch by
`packaging/bundled_model`, whose REPORT.md holds the measured figures and what it cannot do.

## What it knows

{", ".join(CONCEPT_NAMES)}; slow and fast, low and high, soft and loud; melody, chords, arpeggio,
long note and rhythm; far away, once or again and again; two or three sounds at once, in the
background, or one after another. For other sounds it makes the nearest one it knows. Where a sound
begins depends much on the noise: so the noise of a seed is another one for other words.

## Parts

| Part | What |
| --- | --- |
| vae | AutoencoderKL, log-mels to 16 channels, 8 times shorter and narrower |
| text_encoder | ClapTextModelWithProjection, three layers of {PROMPT_WIDTH} |
| unet | UNet2DConditionModel, attends to the prompt's tokens, predicts v |
| vocoder | PhaseReconstructionVocoder of Tessera, with a network that guesses magnitudes |

It loads in Tessera. The pipeline of diffusers for AudioLDM gives its UNet one vector and no tokens,
so the folder does not run there.

## Sources of the training sounds

All sounds are from free packages of Debian 12 or were rendered by the recipe. The authors of the
recordings are named in `packaging/bundled_model/data/recordings/credits.txt`.

{SOURCES}
The music is chance: scales, triads and rhythms drawn by a random number generator.

## Licence

{LICENCE}, weights included: recordings under CC-BY-SA went into them.
"""
