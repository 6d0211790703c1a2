"""What comes into the window: settings, sounds and models from files, and recordings."""
