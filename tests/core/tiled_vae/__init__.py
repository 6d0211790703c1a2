"""Tests of the tiled VAE engine."""
