"""The stages of a generation: forecast, latents, decoding, previews, endless sound."""
