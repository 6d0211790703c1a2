"""The stages of a generation: planning, latents, decoding, previews, endless sound."""
