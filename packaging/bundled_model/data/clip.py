"""The size of every clip of the recipe, and how its log-mels are measured."""

from core.mel import MelParams

SAMPLE_RATE = 16000
CLIP_SAMPLES = 81920
"""5.12 s: 512 mel frames, the window of the model."""
SAMPLE_SCALE = 32767
"""Full scale of the 16-bit samples that are kept on disk."""
MEL = MelParams(n_mels=128)
"""AudioLDM's log-mels with twice as many bins, so that low harmonics stay apart."""
MEL_CENTRE, MEL_SCALE = -5.5, 3.0
"""Log-mels lie around -5.5 with a deviation of about 3."""
