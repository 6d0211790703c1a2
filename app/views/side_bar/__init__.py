"""The lists on the right: queue and history."""
