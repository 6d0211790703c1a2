"""The model's description: tessera.json for the app, README.md for people."""

from typing import Any

from bundled_model.data.clip import CLIP_SAMPLES
from bundled_model.data.concepts import CONCEPT_NAMES
from bundled_model.vocoder.settings import PARAMS

LICENCE = "Apache-2.0"
DESCRIPTION = "A small model for 62 instruments, voices and noises; starts at once, no download."
GUIDANCE_SCALE, GUIDANCE_RESCALE = 3.5, 0.5
STEPS = 25
SOURCES = """\
| Source | Used for | Licence |
| --- | --- | --- |
| FluidR3 GM sound font, Frank Wen (`fluid-soundfont-gm`) \
| instruments, drum kits, six noises | MIT |
| Sonic Pi samples (`sonic-pi-samples`), `tabla_*` and `vinyl_*`, from freesound.org \
| tabla, vinyl scratch | CC0 1.0 |
| eSpeak NG voices (`espeak-ng`), words by chance | man and woman speaking \
| GPL-3.0 program, its output is free |
| Formulas of `packaging/bundled_model/data/effects.py` \
| rain, wind, thunder, siren, alarm, clock, heartbeat, engine, laser | Apache-2.0 |
"""


def tessera_card() -> dict[str, Any]:
    """Return the contents of tessera.json."""
    return {
        "name": "Tessera Small",
        "description": DESCRIPTION,
        "licence": LICENCE,
        "window_frames": PARAMS.frames_of(CLIP_SAMPLES),
        "guidance_scale": GUIDANCE_SCALE,
        "guidance_rescale": GUIDANCE_RESCALE,
        "num_inference_steps": STEPS,
        "noise_follows_prompt": True,
        "concepts": list(CONCEPT_NAMES),
    }


def readme() -> str:
    """Return the model card in Markdown: what it is, what it knows, where its sounds are from."""
    return f"""---
license: apache-2.0
pipeline_tag: text-to-audio
---
# Tessera Small

{DESCRIPTION} A latent diffusion model in the shape of AudioLDM (Liu et al., 2023,
arXiv 2301.12503) with 16 kHz sound and windows of 5.12 s. It was trained from scratch by
`packaging/bundled_model`, whose REPORT.md holds the measured figures and what it cannot do.

## What it knows

{", ".join(CONCEPT_NAMES)}; slow and fast, low and high, soft and loud; melody, chords, arpeggio,
long note and rhythm. In training each sound was described in seventy ways, so sentences do as
well as names. For other sounds it makes the nearest one it knows. Where a sound begins depends
much on the noise: so the noise of a seed is another one for other words.

## Parts

| Part | What |
| --- | --- |
| vae | AutoencoderKL, log-mels to 16 channels, 8 times shorter and narrower |
| text_encoder | ClapTextModelWithProjection, two layers of 128, trained with the UNet |
| unet | UNet2DConditionModel, 11.4 million parameters, predicts v |
| vocoder | PhaseReconstructionVocoder of Tessera, with a network that guesses magnitudes |

In diffusers the folder loads as an AudioLDMPipeline apart from its vocoder.

## Sources of the training sounds

All sounds were rendered by the recipe from free packages of Debian 12; no recording of a person
and no copyrighted music is among them.

{SOURCES}
The music is chance: scales, triads and rhythms drawn by a random number generator.

## Licence

{LICENCE}, weights included.
"""
