"""Layers of a denoiser in forms that take a processor less time, equal up to rounding."""
