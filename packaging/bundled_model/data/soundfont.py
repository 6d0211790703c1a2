"""Notes to sound with FluidSynth and the free FluidR3 sound font (MIT licence)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from bundled_model.data.score import Note

SOUND_FONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
SYNTH_RATE = 32000
"""Twice the model's rate: the synthesiser's interpolation is clean an octave below its own."""
DRUM_CHANNEL, DRUM_BANK = 9, 128


class SoundFontPlayer:
    """Plays notes of one program or drum kit; the same notes give the same samples."""

    def __init__(self) -> None:
        import fluidsynth

        self._synth = fluidsynth.Synth(gain=0.4, samplerate=float(SYNTH_RATE))
        self._font = self._synth.sfload(str(SOUND_FONT))

    def play(
        self, notes: Sequence[Note], samples: int, program: int, is_kit: bool = False
    ) -> NDArray[np.float64]:
        """Return `samples` samples at 16 kHz of these notes, mono."""
        channel, bank = (DRUM_CHANNEL, DRUM_BANK) if is_kit else (0, 0)
        self._synth.system_reset()
        self._synth.program_select(channel, self._font, bank, program)
        stereo = np.concatenate(self._pieces(channel, notes, 2 * samples)).reshape(-1, 2)
        return resample_poly(stereo.mean(axis=1) / 32768, 1, 2)[:samples]

    def _pieces(self, channel: int, notes: Sequence[Note], samples: int) -> list[NDArray[np.int16]]:
        """Return interleaved stereo pieces between the note events, `samples` frames in all."""
        begins = [(note.start_s, note.velocity, note.key) for note in notes]
        ends = [(note.start_s + note.length_s, 0, note.key) for note in notes]
        pieces, now = [], 0
        for time_s, velocity, key in sorted(begins + ends):
            then = min(samples, int(time_s * SYNTH_RATE))
            if then > now:
                pieces.append(self._synth.get_samples(then - now))
                now = then
            if velocity:
                self._synth.noteon(channel, key, velocity)
            else:
                self._synth.noteoff(channel, key)
        if now < samples:
            pieces.append(self._synth.get_samples(samples - now))
        return pieces
