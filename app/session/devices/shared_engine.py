"""The studio's engine: all chosen devices of this machine make a sound together."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from app.session.devices.device_processes import DeviceProcesses
from app.session.devices.rank_program import RankRun
from app.session.devices.rank_variables import threads_each
from app.session.devices.shared_run import shared_run
from core.api.config import EngineConfig
from core.api.errors import InvalidRequestError
from core.api.events import Stage
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.api.take import Take
from core.engine import Engine
from core.kernels.processor_speed import processor_speed
from core.peers.alone import ALONE
from core.peers.rank_place import FIRST, RankPlace
from core.runtime.device import choose_device

PROCESSOR = "cpu"


class SharedEngine(Engine):
    """An engine that is the first of several ranks where a configuration names other devices.

    Sounds that are generated are shared; edits and endless sound stay on the first device. The
    other ranks are processes, started as soon as they are configured and kept between runs.

    Args:
        config: The configuration.
        unfinished_folder: Where runs save checkpoints; any number of devices goes on from one.
    """

    def __init__(
        self, config: EngineConfig | None = None, unfinished_folder: Path | None = None
    ) -> None:
        self._processes: DeviceProcesses | None = None
        super().__init__(config, unfinished_folder, previews=True)

    @property
    def processes(self) -> DeviceProcesses | None:
        """The other ranks; None where one device works alone."""
        return self._processes

    def configure(self, config: EngineConfig) -> None:
        """Use another configuration from the next run on, with processes for its devices.

        Raises:
            InvalidRequestError: This machine has no such device, or it lacks the requested
                precision; the configuration stays as it was.
        """
        for device in config.other_devices:
            try:
                choose_device(device)
            except InvalidRequestError as error:
                raise InvalidRequestError("devices", str(error)) from error
        super().configure(config)
        devices = (str(self._device), *config.other_devices)
        if self._processes is not None and self._processes.devices != devices:
            self.close()
        if config.other_devices and self._processes is None:
            self._processes = DeviceProcesses(devices)
            self._processes.start()

    def generate(self, request: GenerationRequest, progress: Progress | None = None) -> Take:
        """Carry out one request, over all devices; see `Engine.generate`.

        Raises:
            RankError: A device failed; the sentence names it. What was finished is in the
                checkpoint, and the next run starts its process again.
        """
        progress = progress or Progress()
        if self._processes is None or request.recording is not None:
            return super().generate(request, progress)
        with self._threads_shared_out(self._processes):
            return self._generate_over(self._processes, request, progress)

    def close(self) -> None:
        """End the processes of the other ranks."""
        if self._processes is not None:
            self._processes.close()
            self._processes = None

    def _generate_over(
        self, processes: DeviceProcesses, request: GenerationRequest, progress: Progress
    ) -> Take:
        processes.start()
        if PROCESSOR in processes.devices:
            processor_speed()  # measured once, before several would do so at the same time
        # What is wrong with the model, or a person has to agree to, is said before others begin.
        self.load(request.model, progress, request.loras)
        with progress.stage(Stage.LOADING):
            processes.wait_until_ready(progress.check_cancelled)
        place = RankPlace(FIRST, len(processes.devices))
        run = RankRun(place, processes.devices, request, self.config)
        with shared_run(processes, run, progress) as shared:
            try:
                with shared.progress.stage(Stage.LOADING):
                    self.use_peers(shared.meet())
                return super().generate(request, shared.progress)
            finally:
                self.use_peers(ALONE)

    @contextmanager
    def _threads_shared_out(self, processes: DeviceProcesses) -> Iterator[None]:
        """Leave the cores to the ranks in equal shares; alone, this one has all of them."""
        before = torch.get_num_threads()
        torch.set_num_threads(min(before, threads_each(processes.devices)))
        try:
            yield
        finally:
            torch.set_num_threads(before)
