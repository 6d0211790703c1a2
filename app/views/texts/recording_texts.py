"""Texts about recording: what the input does, what is wrong with it, what became of a recording."""

import sys

from PySide6.QtCore import QObject

from app.clock_time import clock_text
from app.view_models.recording.recorder import InputProblem, InputTrouble
from app.view_models.recording.recording_model import RecordingModel


class RecordingTexts(QObject):
    """Makes the sentences of the dialog that records, and those about its recordings."""

    def state(self, model: RecordingModel) -> str:
        """What goes on, or what is wrong and what to do."""
        if model.trouble is not None:
            return self.trouble(model.trouble)
        if not model.device:
            return self.tr("Opening the input…")
        if model.is_silent:
            return self.silence(model.device)
        if model.num_gaps:
            return self.gaps(model.num_gaps)
        if model.is_recording:
            return self.tr("Recording. Space ends and keeps it; Esc discards it, after asking.")
        return self._listening(model)

    def has_problem(self, model: RecordingModel) -> bool:
        """Whether `state` says what is wrong."""
        is_open = bool(model.device)
        return model.trouble is not None or (is_open and (model.is_silent or model.num_gaps > 0))

    def _listening(self, model: RecordingModel) -> str:
        sentence = self.tr("{device}: {rate} Hz, {channels}.").format(
            device=model.device,
            rate=f"{model.sample_rate:,}",
            channels=self.tr("stereo") if model.channels == 2 else self.tr("mono"),
        )
        if model.choice.channels > model.channels:
            sentence += " " + self.tr("It has one channel only.")
        return sentence + " " + self.tr("Nothing is recorded yet; Space begins.")

    def trouble(self, trouble: InputTrouble) -> str:
        """What is wrong, and what to do."""
        return self._troubles()[trouble.problem].format(
            device=trouble.device or self.tr("The sound input"),
            detail=trouble.detail,
            permission=self._permission(),
        )

    def _troubles(self) -> dict[InputProblem, str]:
        return {
            InputProblem.NO_LIBRARY: self.tr(
                "The sound library PortAudio is missing; on Debian and Ubuntu install "
                "libportaudio2 and start again."
            ),
            InputProblem.NO_DEVICE: self.tr(
                "No microphone or line input was found. Connect one: it appears here by itself. "
                "{permission}"
            ),
            InputProblem.REFUSED: self.tr(
                "“{device}” cannot be opened. Another program may be using it: close that one, or "
                "choose another input. {permission}"
            ),
            InputProblem.NO_ANSWER: self.tr(
                "The sound system does not answer. Connect the input again, or choose another one."
            ),
            InputProblem.LOST: self.tr(
                "“{device}” gives no sound any more. Connect it again, or choose another input."
            ),
            InputProblem.DISK: self.tr("The recording cannot be written. {detail}"),
        }

    def silence(self, device: str) -> str:
        """That an input is open and gives nothing, as it does where the system forbids it."""
        return self.tr("Only silence comes from “{device}”. It may be muted. {permission}").format(
            device=device, permission=self._permission()
        )

    def _permission(self) -> str:
        """Where a person allows the microphone, on this system."""
        if sys.platform == "darwin":
            return self.tr(
                "Or macOS does not let Tessera use it: allow that in System Settings > Privacy & "
                "Security > Microphone, and start Tessera again."
            )
        if sys.platform == "win32":
            return self.tr(
                "Or Windows does not allow it: switch on Settings > Privacy & security > "
                "Microphone > Let desktop apps access your microphone."
            )
        return self.tr("See the system's sound settings.")

    def gaps(self, count: int) -> str:
        """That samples were lost."""
        return self.tr(
            "The computer did not keep up: sound is missing at {count} places. Close other "
            "programs that keep it busy."
        ).format(count=count)

    def level(self, held_db: str) -> str:
        """The highest peak of late."""
        return self.tr("Peak {held} dB").format(held=held_db)

    def name(self, moment: str) -> str:
        """The name of a recording that begins at a moment."""
        return self.tr("Recording {moment}").format(moment=moment)

    def reading(self, name: str) -> str:
        """That a recording has ended, and will come on show."""
        return self.tr("Opening {name}…").format(name=name)

    def kept(self, name: str, duration_s: float, num_gaps: int) -> str:
        """What became of a recording."""
        sentence = self.tr("{name} is recorded: {length}.").format(
            name=name, length=clock_text(duration_s, 1)
        )
        return f"{sentence} {self.gaps(num_gaps)}" if num_gaps else sentence

    def ended(self, trouble: InputTrouble, duration_s: float) -> str:
        """Why a recording has ended by itself, and that it is kept."""
        kept = self.tr("What was recorded until then, {length}, is kept.")
        return f"{self.trouble(trouble)} {kept.format(length=clock_text(duration_s, 1))}"

    def found(self, name: str, duration_s: float) -> str:
        """That a recording of an earlier start was found."""
        return self.tr(
            "{name} was not finished when Tessera last ended. It is here again: {length}."
        ).format(name=name, length=clock_text(duration_s, 1))

    def not_read(self, reason: str, folder: str) -> str:
        """Why a recording is no take yet."""
        return self.tr("{reason} The recording stays in {folder}; the next start reads it.").format(
            reason=reason, folder=folder
        )

    def discard_question(self, duration_s: float) -> str:
        """Whether nothing is to be kept."""
        return self.tr(
            "Discard the recording? {length} were recorded; nothing of it is kept."
        ).format(length=clock_text(duration_s, 1))
