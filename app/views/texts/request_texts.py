"""Names of the fields of a request, and what each of them does."""

from PySide6.QtCore import QObject

from app.views.texts.units import level_text
from core.api.request import Level, Scheduler

_USUAL_LUFS = (-12.0, -14.0, -16.0, -18.0, -20.0, -23.0)


class RequestTexts(QObject):
    """Names and explanations by the fields' names in a request."""

    def names(self) -> dict[str, str]:
        """The labels."""
        return {
            "prompt": self.tr("Prompt"),
            "transcription": self.tr("Spoken text"),
            "lyrics": self.tr("Lyrics"),
            "bpm": self.tr("Tempo"),
            "key": self.tr("Key"),
            "beats": self.tr("Beats in a bar"),
            "lyrics_language": self.tr("Language"),
            "negative_prompt": self.tr("Keep away from"),
            "duration_s": self.tr("Duration"),
            "takes": self.tr("Takes"),
            "num_inference_steps": self.tr("Steps"),
            "guidance_scale": self.tr("Guidance"),
            "seed": self.tr("Seed"),
            "scheduler": self.tr("Sampler"),
            "draft": self.tr("Quality"),
            "level": self.tr("Level"),
            "init_audio": self.tr("Start from a sound"),
            "model": self.tr("Model"),
            "loras": self.tr("LoRAs"),
        }

    def hints(self) -> dict[str, str]:
        """What each field does, what raising it does, and what is usual."""
        return {
            "prompt": self.tr(
                "What to hear: what sounds, how, and where. Leave it empty for whatever the "
                "model comes up with. With several prompts along time, this is the first."
            ),
            "transcription": self.tr(
                "What is spoken, in English; the prompt says who speaks, and how. Phonemes (IPA) "
                "between slashes are read as they are: /wˈɪʃ juː ɐ ɡˈʊd dˈeɪ/."
            ),
            "negative_prompt": self.tr(
                "What not to hear. It pulls the other way with the strength of the guidance; "
                "usually empty."
            ),
            "duration_s": self.tr(
                "Length of the sound in seconds. Beyond the model's own window it is made of "
                "overlapping ones; time grows with it, memory hardly. 10 s is usual."
            ),
            "takes": self.tr(
                "How many sounds to make of this prompt, one after the other, each from another "
                "seed. Four are enough to choose from."
            ),
            **self._song_hints(),
            **self._sampling_hints(),
            "init_audio": self.tr(
                "A sound to change instead of noise alone. The further the slider, the less of "
                "it stays; a half is usual."
            ),
            "model": self.tr(
                "Which networks make the sound. The bundled one starts at once and knows a few "
                "dozen sounds; those of the hub are large and know far more."
            ),
            "loras": self.tr(
                "Small files of changes that teach this model more. The weight is how strongly one "
                "counts: 1 as it was trained, 0 not at all. Each belongs to one model."
            ),
        }

    def _song_hints(self) -> dict[str, str]:
        return {
            "lyrics": self.tr(
                "What is sung, line by line, with marks such as [verse], [chorus] or "
                "[instrumental] before the lines. Leave it empty for music without a voice."
            ),
            "bpm": self.tr("Beats a minute; 120 is usual."),
            "key": self.tr("Key and scale, such as C major or A minor."),
            "beats": self.tr("4 is usual, 3 is a waltz."),
            "lyrics_language": self.tr(
                "The language of the lyrics as a code: en is English, zh Chinese, ja Japanese."
            ),
        }

    def _sampling_hints(self) -> dict[str, str]:
        """Those of the numbers that decide how the sound is made."""
        return {
            "num_inference_steps": self.tr(
                "How many times noise is taken out. More take longer in proportion; beyond 50 "
                "little changes, below 10 it stays rough. 25 is usual."
            ),
            "guidance_scale": self.tr(
                "How closely to keep to the prompt. Higher is clearer and harsher, lower freer "
                "and vaguer; 1 takes no notice of the prompt's opposite. 2 to 5 is usual."
            ),
            "seed": self.tr(
                "Where chance begins. The same seed with the same settings gives the same sound; "
                "lock it to change one thing at a time."
            ),
            "scheduler": self.tr(
                "The way from noise to sound. DPM-Solver++ needs the fewest steps; DDIM is the "
                "classic, Heun takes twice as long a step. Another one gives another sound."
            ),
            "draft": self.tr(
                "A draft takes three tenths of the steps, with UniPC whichever sampler is chosen: "
                "enough to choose by. “Make in full” makes the same seed with all of them."
            ),
            "level": self.tr(
                "How loud the sound is made. As recommended, the bundled model's sounds come "
                "nearer to each other, and a quiet one stays quieter. A loudness in LUFS is met "
                "to about a decibel, as far as peaks allow; −16 is usual."
            ),
        }

    def qualities(self) -> dict[bool, str]:
        """Names of a full sound and of a draft, by whether it is a draft."""
        return {False: self.tr("Full"), True: self.tr("Draft")}

    def levels(self, shown: Level | float) -> dict[Level | float, str]:
        """Names of the usual levels, and of the one shown."""
        loudnesses = {*_USUAL_LUFS, *([] if isinstance(shown, Level) else [shown])}
        return {
            Level.RECOMMENDED: self.tr("Recommended"),
            Level.UNCHANGED: self.tr("Unchanged"),
            **{lufs: f"{level_text(lufs)} LUFS" for lufs in sorted(loudnesses, reverse=True)},
        }

    def schedulers(self) -> dict[Scheduler, str]:
        """Names of the samplers."""
        return {
            Scheduler.DPM_SOLVER: "DPM-Solver++",
            Scheduler.DDIM: "DDIM",
            Scheduler.EULER: "Euler",
            Scheduler.EULER_ANCESTRAL: self.tr("Euler ancestral"),
            Scheduler.HEUN: "Heun",
            Scheduler.UNIPC: "UniPC",
            Scheduler.LMS: "LMS",
            Scheduler.PNDM: "PNDM",
        }
