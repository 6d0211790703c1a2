"""Edits of finished takes, in their latents: what is around a change stays as it is."""
