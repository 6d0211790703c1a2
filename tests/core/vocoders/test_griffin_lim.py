"""Griffin-Lim against signals whose magnitudes are known to be consistent."""

import math

import torch

from core.vocoders.griffin_lim import ShortTimeTransform, griffin_lim

TRANSFORM = ShortTimeTransform(n_fft=256, hop_length=40)
NUM_FRAMES = 60
NONE_DECIDED = torch.zeros(0, 129, dtype=torch.complex64)


def make_signal() -> torch.Tensor:
    time = torch.arange(TRANSFORM.num_samples(NUM_FRAMES)) / 16000
    return torch.sin(2 * math.pi * 700 * time) + 0.5 * torch.sin(2 * math.pi * 1900 * time + 1)


def signal_of(spectrum: torch.Tensor) -> torch.Tensor:
    return TRANSFORM.synthesise(spectrum, TRANSFORM.window_sum(len(spectrum)))


def random_start(magnitudes: torch.Tensor) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.polar(magnitudes, 2 * math.pi * torch.rand(magnitudes.shape, generator=generator))


def inconsistency(signal: torch.Tensor, magnitudes: torch.Tensor) -> float:
    """Spectral convergence: relative distance of the signal's magnitudes from those wanted."""
    return float((TRANSFORM.analyse(signal).abs() - magnitudes).norm() / magnitudes.norm())


def run(n_iter: int, momentum: float = 0.99) -> torch.Tensor:
    magnitudes = TRANSFORM.analyse(make_signal()).abs()
    spectrum = griffin_lim(
        TRANSFORM,
        magnitudes,
        NONE_DECIDED,
        random_start(magnitudes),
        n_iter=n_iter,
        momentum=momentum,
    )
    return signal_of(spectrum)


def test_a_signals_own_frames_give_the_signal_back() -> None:
    signal = make_signal()
    spectrum = TRANSFORM.analyse(signal)
    again = signal_of(spectrum)
    assert spectrum.shape == (NUM_FRAMES, 129)
    torch.testing.assert_close(again[40:-40], signal[40:-40], rtol=0, atol=1e-4)


def test_iterations_bring_the_magnitudes_nearer() -> None:
    magnitudes = TRANSFORM.analyse(make_signal()).abs()
    far, nearer, near = (inconsistency(run(n), magnitudes) for n in (0, 8, 32))
    assert far > 2 * nearer
    assert nearer > near
    assert near < 0.2


def test_momentum_gets_nearer_in_as_many_iterations() -> None:
    magnitudes = TRANSFORM.analyse(make_signal()).abs()
    plain, fast = (inconsistency(run(24, momentum=m), magnitudes) for m in (0.0, 0.99))
    assert fast < plain


def test_decided_frames_are_kept_to_the_bit_and_continued() -> None:
    signal = make_signal()
    true = TRANSFORM.analyse(signal)
    magnitudes, decided = true.abs(), true[:30]
    guess = random_start(magnitudes[30:])
    spectrum = griffin_lim(TRANSFORM, magnitudes, decided, guess, n_iter=32, momentum=0.99)
    torch.testing.assert_close(spectrum[:30], decided, rtol=0, atol=0)
    following = slice(30 * 40, 36 * 40)
    error = (signal_of(spectrum) - signal)[following]
    assert error.norm() < 0.3 * signal[following].norm()


def test_no_magnitude_is_no_sound() -> None:
    silent = torch.zeros(5, 129)
    spectrum = griffin_lim(
        TRANSFORM, silent, NONE_DECIDED, random_start(silent), n_iter=4, momentum=0.99
    )
    assert signal_of(spectrum).abs().max() == 0
