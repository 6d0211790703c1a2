"""A VAE as a flat queue of tasks, with the geometry of its tiles."""
