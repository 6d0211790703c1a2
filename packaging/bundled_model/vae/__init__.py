"""The codec: log-mel spectrograms to latents 8 times shorter and narrower, and back."""
