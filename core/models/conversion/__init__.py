"""Turns weights that are kept as pickles into a folder in diffusers' format with safetensors."""
