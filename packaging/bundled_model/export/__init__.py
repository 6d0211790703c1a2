"""The model folder, as Tessera and diffusers read it."""
