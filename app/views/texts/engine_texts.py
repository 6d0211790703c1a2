"""Names of the engine's settings, and one line on what each of them does."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from app.view_models.drafts.engine_draft import ENGINE_DEFAULT, Context, TilingChoice
from core.api.config import Offload, Precision


class EngineTexts(QObject):
    """Names and one line on each; the errors in them were measured: tests/benchmarks/README.md."""

    def names(self) -> dict[str, str]:
        """The labels, by field of an EngineDraft."""
        return {
            "mode": self.tr("Tiling"),
            "tile_s": self.tr("Tile length"),
            "memory_budget_gb": self.tr("Memory"),
            "precision": self.tr("Precision"),
            "compute_dtype": self.tr("Decoder"),
            "offload": self.tr("Waiting tiles"),
            "context": self.tr("Context"),
            "devices": self.tr("Devices"),
        }

    def hints(self) -> dict[str, str]:
        """What each field is for, shown when the pointer rests on it."""
        return {
            "mode": self.tr(
                "How the spectrogram is decoded. Long sounds outgrow memory in one piece; in "
                "tiles they fit."
            ),
            "tile_s": self.tr(
                "Longer tiles are quicker and take more memory; 5 s are usually enough."
            ),
            "memory_budget_gb": self.tr(
                "What decoding may take beside the networks. Less makes shorter tiles."
            ),
            "precision": self.tr(
                "Of the networks. float32 is the most exact; the 16-bit types take half the "
                "memory, and float16 is for graphics cards alone. Automatic is float32 on a "
                "processor; large denoisers multiply in bfloat16 there if that was measured to "
                "be faster. A change loads the model again."
            ),
            "compute_dtype": self.tr(
                "Of decoding alone. bfloat16 was three times as fast on a processor that has "
                "it, and off by 0.08 dB on average."
            ),
            "offload": self.tr(
                "Where tiles wait for the others. Main memory or disk spare the device, and "
                "take longer."
            ),
            "context": self.tr(
                "The stretch over which the decoder normalises. Sounds come out truest in the "
                "stretch they were made in; another one shifts loudness and colour a little."
            ),
            "devices": self.tr(
                "They make each sound together, each in a process of its own with the model in its "
                "memory. Edits and endless sound stay on the first."
            ),
        }

    def modes(self) -> dict[TilingChoice, str]:
        """Names of the ways to tile."""
        return {
            TilingChoice.AUTO: self.tr("Automatic"),
            TilingChoice.EXACT: self.tr("Exact"),
            TilingChoice.STREAMING: self.tr("Streaming (approximate)"),
            TilingChoice.PADDED: self.tr("Padded (approximate)"),
            TilingChoice.FAST: self.tr("Padded, fast (approximate)"),
            TilingChoice.OFF: self.tr("Off"),
        }

    def mode_note(self, mode: TilingChoice) -> str:
        """What a way to tile does, and how near it comes."""
        return {
            TilingChoice.AUTO: self.tr("Exact, and streaming where memory would not suffice."),
            TilingChoice.EXACT: self.tr("Tile by tile, and equal to the untiled network."),
            TilingChoice.STREAMING: self.tr(
                "Memory does not grow with length; off by 0.04 dB on average, 0.5 dB at most."
            ),
            TilingChoice.PADDED: self.tr(
                "The classic way, tiles with margins; off by 0.07 dB on average, 2.6 dB at most."
            ),
            TilingChoice.FAST: self.tr(
                "Statistics guessed from a small copy; off by 0.18 dB on average, 3.1 dB at most."
            ),
            TilingChoice.OFF: self.tr("The whole network at once: exact, and the most memory."),
        }[mode]

    def devices_note(self, num_offered: int, chosen: Sequence[str]) -> str:
        """What choosing devices does, or why there is nothing to choose."""
        if len(chosen) > 1 and len(set(chosen)) == 1:
            return self.tr(
                "{count} processes share each sound, with a part of the cores each. That is not "
                "faster everywhere: compare the times below."
            ).format(count=len(chosen))
        if len(chosen) > 1:
            return self.tr(
                "These {count} share each sound: windows while it is denoised, then tiles. Long "
                "sounds gain most."
            ).format(count=len(chosen))
        if num_offered > 1:
            return self.tr("One computes. Choose several to share each sound.")
        return self.tr("Sharing a sound takes several devices of a kind.")

    def precisions(self) -> dict[str, str]:
        """Names of the networks' precisions."""
        return {ENGINE_DEFAULT: self.tr("Automatic"), **self._types()}

    def decoder_precisions(self) -> dict[str, str]:
        """Names of the decoder's precisions."""
        return {ENGINE_DEFAULT: self.tr("The same"), **self._types()}

    def _types(self) -> dict[str, str]:
        return {
            Precision.FLOAT32: "float32",
            Precision.BFLOAT16: "bfloat16",
            Precision.FLOAT16: "float16",
            Precision.FLOAT64: "float64",
        }

    def offloads(self) -> dict[Offload, str]:
        """Names of the places where tiles wait."""
        return {
            Offload.NONE: self.tr("On device"),
            Offload.CPU: self.tr("Main memory"),
            Offload.DISK: self.tr("Disk"),
        }

    def contexts(self) -> dict[Context, str]:
        """Names of the stretches over which the decoder normalises."""
        return {
            Context.TAKE: self.tr("As made"),
            Context.CLIP: self.tr("Whole take"),
            Context.WINDOW_5_S: self.tr("5 s windows"),
            Context.WINDOW_10_S: self.tr("10 s windows"),
        }
