"""A document at work: requests, the engine's thread, and what comes back from it."""
