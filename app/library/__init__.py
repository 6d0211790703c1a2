"""The library on disk: finished takes, and the queue."""
