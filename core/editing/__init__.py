"""Edits of finished takes in their latents: everything outside the change stays as it is."""
