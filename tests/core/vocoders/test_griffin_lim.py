"""Griffin-Lim against signals whose magnitudes are known to be consistent."""

import numpy as np

from core.vocoders.griffin_lim import ComplexArray, FloatArray, ShortTimeTransform, griffin_lim

TRANSFORM = ShortTimeTransform(n_fft=256, hop_length=40)
NUM_FRAMES = 60
NONE_FIXED = np.zeros((0, 129), np.complex64)


def make_signal() -> FloatArray:
    time = np.arange(TRANSFORM.num_samples(NUM_FRAMES)) / 16000
    tones = np.sin(2 * np.pi * 700 * time) + 0.5 * np.sin(2 * np.pi * 1900 * time + 1)
    return tones.astype(np.float32)


def signal_of(spectrum: ComplexArray) -> FloatArray:
    return TRANSFORM.synthesise(spectrum, TRANSFORM.window_sum(len(spectrum)))


def random_start(magnitudes: FloatArray) -> ComplexArray:
    turns = np.random.default_rng(0).random(magnitudes.shape)
    return (magnitudes * np.exp(2j * np.pi * turns)).astype(np.complex64)


def inconsistency(signal: FloatArray, magnitudes: FloatArray) -> float:
    """Spectral convergence: relative distance of the signal's magnitudes from those wanted."""
    error = np.abs(TRANSFORM.analyse(signal)) - magnitudes
    return float(np.linalg.norm(error) / np.linalg.norm(magnitudes))


def run(n_iter: int, momentum: float = 0.99) -> FloatArray:
    magnitudes = np.abs(TRANSFORM.analyse(make_signal()))
    start = random_start(magnitudes)
    return signal_of(
        griffin_lim(TRANSFORM, magnitudes, NONE_FIXED, start, n_iter=n_iter, momentum=momentum)
    )


def test_a_signals_own_frames_give_the_signal_back() -> None:
    signal = make_signal()
    spectrum = TRANSFORM.analyse(signal)
    assert spectrum.shape == (NUM_FRAMES, 129)
    assert spectrum.dtype == np.complex64
    np.testing.assert_allclose(signal_of(spectrum)[40:-40], signal[40:-40], rtol=0, atol=1e-4)


def test_iterations_bring_the_magnitudes_nearer() -> None:
    magnitudes = np.abs(TRANSFORM.analyse(make_signal()))
    far, nearer, near = (inconsistency(run(n), magnitudes) for n in (0, 8, 32))
    assert far > 2 * nearer
    assert nearer > near
    assert near < 0.2


def test_momentum_gets_nearer_in_as_many_iterations() -> None:
    magnitudes = np.abs(TRANSFORM.analyse(make_signal()))
    plain, fast = (inconsistency(run(24, momentum=m), magnitudes) for m in (0.0, 0.99))
    assert fast < plain


def test_fixed_frames_are_kept_to_the_bit_and_continued() -> None:
    signal = make_signal()
    true = TRANSFORM.analyse(signal)
    magnitudes, fixed = np.abs(true), true[:30]
    guess = random_start(magnitudes[30:])
    spectrum = griffin_lim(TRANSFORM, magnitudes, fixed, guess, n_iter=32, momentum=0.99)
    np.testing.assert_array_equal(spectrum[:30], fixed)
    fixed_after = slice(30 * 40, 36 * 40)
    error = (signal_of(spectrum) - signal)[fixed_after]
    assert np.linalg.norm(error) < 0.3 * np.linalg.norm(signal[fixed_after])


def test_no_magnitude_is_no_sound() -> None:
    silent = np.zeros((5, 129), np.float32)
    start = random_start(silent)
    spectrum = griffin_lim(TRANSFORM, silent, NONE_FIXED, start, n_iter=4, momentum=0.99)
    assert not signal_of(spectrum).any()
