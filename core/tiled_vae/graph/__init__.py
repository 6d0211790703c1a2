"""A VAE as a flat queue of tasks, and the geometry of its tiles."""
