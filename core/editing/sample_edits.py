"""The edits of samples: gain, fades, reversal, cuts and silence. They need no model.

What lies outside of the edited stretch stays as it is, sample by sample, at the take's own rate and
channels. Where an edit joins samples that did not follow each other, they are cross-faded within
the stretch for `JOINT_S`, so that nothing clicks. A new beginning or end of the take is faded as
that of every take is.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from core.api.arrays import FloatArray
from core.api.edit import REMOVED_DB, Edit, EditKind
from core.api.region import Span
from core.api.request import MIN_DURATION_S
from core.api.take import Take
from core.band_pass import BandSamples
from core.editing.sound_form import SoundForm, over_channels
from core.editing.sound_parts import (
    Part,
    amplified,
    backwards,
    blocks,
    copied,
    fixed,
    joined,
    log_mel_of,
)
from core.mel import MelParams
from core.pipeline.edge_fades import Edge

JOINT_S = 0.005
_MARGIN_FRAMES = 32  # whose samples the resampler hears, on either side

Gains = Callable[[Span], FloatArray]
"""Gains (n,) of some places in a stretch."""


def edit_samples(take: Take, edit: Edit, params: MelParams) -> Take:
    """Carry out one edit of a take's samples; the take is not changed.

    The result has a log-mel of its samples and no latents, as a recording has none: the next edit
    by a model encodes what it needs.

    Args:
        take: The take.
        edit: An edit of samples.
        params: Geometry of the log-mel.

    Returns:
        Another take, whose request has this edit after its other ones. No take is shorter than the
        shortest request: an edit that would leave less changes nothing.

    Raises:
        DiskError: There is no room for a long sound.
    """
    request = replace(take.request, edits=(*take.request.edits, edit))
    edited = replace(take, request=request, plan="", checkpoint=None)
    least = round(MIN_DURATION_S * take.sample_rate)
    waveform, stretches = take.waveform, list[Span]()
    for region in edit.parts:
        site = _Site.of(waveform, take.sample_rate, region)
        parts = _parts(site, region)
        if sum(part.length for part in parts) < least:
            return edited
        if not region.changes_nothing:
            waveform = joined(parts, waveform.shape[1:])
            stretches.append(site.stretch)
    if not stretches:
        return edited
    if take.latents is None and len(waveform) == len(take.waveform):
        mel = take.mel
        for stretch in stretches:
            mel = measured_around(stretch, waveform, take.sample_rate, mel, params)
    else:
        mel = log_mel_of(waveform, take.sample_rate, params)
    return replace(edited, waveform=waveform, mel=mel, gain=1.0, latents=None)


def measured_around(
    stretch: Span, waveform: FloatArray, sample_rate: int, before: FloatArray, params: MelParams
) -> FloatArray:
    """The log-mel of a recording, measured again where samples in a stretch have changed.

    Its last frames may lie beyond the samples, and stay.
    """
    form = SoundForm(sample_rate, params.sample_rate, params.hop_length)
    clip = Span(0, min(len(before), form.num_whole_frames(len(waveform))))
    reach = -(-params.edge_padding // params.hop_length) + 1
    first, last = form.num_whole_frames(stretch.start), form.num_frames(stretch.stop)
    changed = Span(first, last).expand(reach, reach, clip)
    around = changed.expand(_MARGIN_FRAMES, _MARGIN_FRAMES, clip)
    samples = form.span_of(around)
    if around.stop == clip.stop:
        samples = Span(samples.start, len(waveform))
    measured = log_mel_of(waveform[samples.slice], sample_rate, params)
    mel, new = np.array(before), measured[changed.shift(-around.start).slice]
    mel[changed.start : changed.start + len(new)] = new
    return mel


@dataclass(frozen=True, slots=True, eq=False)
class _Site:
    """Where an edit works.

    Attributes:
        samples: Those of the take, (n,) or (n, channels).
        sample_rate: Samples a second.
        stretch: The samples that it works on; empty where it inserts some.
    """

    samples: FloatArray
    sample_rate: int
    stretch: Span

    @classmethod
    def of(cls, samples: FloatArray, sample_rate: int, edit: Edit) -> "_Site":
        num_samples = len(samples)
        start, stop = (round(edge * sample_rate) for edge in (edit.start_s, edit.stop_s))
        start = min(start, num_samples)
        is_place = edit.kind is EditKind.SILENCE
        stretch = Span(start, start if is_place else max(start, min(stop, num_samples)))
        return cls(samples, sample_rate, stretch)

    @property
    def clip(self) -> Span:
        return Span(0, len(self.samples))

    @property
    def before(self) -> Part:
        return copied(self.samples, Span(0, self.stretch.start))

    @property
    def after(self) -> Part:
        return copied(self.samples, Span(self.stretch.stop, self.clip.stop))

    @property
    def joint(self) -> int:
        """Samples of a cross-fade."""
        return round(JOINT_S * self.sample_rate)

    def share(self, part: Span) -> FloatArray:
        """How much of a change is heard at places in the stretch: 1, but at joints."""
        places, joint = np.arange(part.start, part.stop), min(self.joint, self.stretch.length // 2)
        share = np.ones(part.length, np.float32)
        if self.stretch.start > 0:
            share *= _rising((places + 1) / (joint + 1))
        if self.stretch.stop < self.clip.stop:
            share *= _rising((self.stretch.length - places) / (joint + 1))
        return share


def _parts(site: _Site, edit: Edit) -> list[Part]:
    """What the edited sound is put together of."""
    match edit.kind:
        case EditKind.CUT:
            return _cut(site)
        case EditKind.CROP:
            return _alone(site, site.stretch)
        case EditKind.SILENCE:
            silence = _silence(site, round(edit.added_s * site.sample_rate))
            return [site.before, fixed(silence), site.after]
        case EditKind.REVERSE:
            return [site.before, _reversed(site), site.after]
        case EditKind.GAIN if edit.low_hz > 0 or edit.high_hz is not None:
            return [site.before, _amplified_band(site, edit), site.after]
    return [site.before, amplified(site.samples, site.stretch, _gains(site, edit)), site.after]


def _gains(site: _Site, edit: Edit) -> Gains:
    """The gains of an edit that only amplifies."""
    last, gain = max(site.stretch.length - 1, 1), _as_factor(edit.gain_db)
    match edit.kind:
        case EditKind.FADE_IN:
            return lambda part: _rising(np.arange(part.start, part.stop) / last)
        case EditKind.FADE_OUT:
            return lambda part: _rising(1 - np.arange(part.start, part.stop) / last)
        case EditKind.NORMALISE:
            stretch = blocks([copied(site.samples, site.stretch)])
            peak = max((float(np.abs(block).max()) for block in stretch), default=0.0)
            gain = gain / peak if peak else 1.0
    return lambda part: 1 + (gain - 1) * site.share(part)


def _amplified_band(site: _Site, edit: Edit) -> Part:
    """The stretch with one band of it louder or softer."""
    nyquist_hz = site.sample_rate / 2
    high_hz = nyquist_hz if edit.high_hz is None else edit.high_hz
    band_samples = BandSamples(site.samples, (edit.low_hz, high_hz), site.sample_rate)
    gain = _as_factor(edit.gain_db)

    def read(part: Span) -> FloatArray:
        span = part.shift(site.stretch.start)
        band = band_samples.read(span)
        change: FloatArray = (gain - 1) * over_channels(site.share(part), band) * band
        return site.samples[span.slice] + change

    return Part(site.stretch.length, read)


def _reversed(site: _Site) -> Part:
    """The stretch backwards, cross-faded with itself at its joints."""
    stretch = site.stretch
    forwards, backwards_ = copied(site.samples, stretch), backwards(site.samples, stretch)

    def read(part: Span) -> FloatArray:
        old, new = forwards.read(part), backwards_.read(part)
        share = over_channels(site.share(part), old)
        mixed: FloatArray = (1 - share) * old + share * new
        return mixed

    return Part(stretch.length, read)


def _cut(site: _Site) -> list[Part]:
    """What is around the stretch, cross-faded; or one side of it, with a new beginning or end."""
    start, stop, end = site.stretch.start, site.stretch.stop, site.clip.stop
    if start == 0 or stop == end:
        return _alone(site, Span(stop, end) if start == 0 else Span(0, start))
    joint = min(site.joint, site.stretch.length, end - stop)
    leaving, coming = (site.samples[first : first + joint] for first in (start, stop))
    share = over_channels(_rising(np.arange(1, joint + 1) / (joint + 1)), coming)
    rest = copied(site.samples, Span(stop + joint, end))
    return [site.before, fixed(leaving + share * (coming - leaving)), rest]


def _alone(site: _Site, kept: Span) -> list[Part]:
    """A span of the take, faded where the take went on."""
    edge = Edge.at_rate(site.sample_rate)
    length = min(edge.length, kept.length // 2)
    inner = Span(kept.start + length, kept.stop - length)
    first = site.samples[kept.start : inner.start]
    last = site.samples[inner.stop : kept.stop]
    if kept.start > 0:
        first = edge.faded_start(first)
    if kept.stop < site.clip.stop:
        last = edge.faded_stop(last)
    return [fixed(first), copied(site.samples, inner), fixed(last)]


def _silence(site: _Site, length: int) -> FloatArray:
    """Silence, into which the sound before it dies away, and out of which that after it rises."""
    place, joint = site.stretch.start, min(site.joint, length // 2)
    silence = np.zeros((length, *site.samples.shape[1:]), np.float32)
    ramp = _rising(np.arange(1, joint + 1) / (joint + 1))
    leaving = site.samples[place : place + joint]
    coming = site.samples[max(place - joint, 0) : place]
    silence[: len(leaving)] += leaving * over_channels(ramp[::-1][: len(leaving)], leaving)
    silence[length - len(coming) :] += coming * over_channels(ramp[joint - len(coming) :], coming)
    return silence


def _rising(places: ArrayLike) -> FloatArray:
    """Half a cosine from 0 at 0 to 1 at 1."""
    ramp: FloatArray = (0.5 - 0.5 * np.cos(np.pi * np.clip(places, 0.0, 1.0))).astype(np.float32)
    return ramp


def _as_factor(gain_db: float) -> float:
    return 0.0 if gain_db <= REMOVED_DB else float(10 ** (gain_db / 20))
