"""The generator: a text encoder and a UNet that takes the noise out of latents."""
