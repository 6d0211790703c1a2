"""Recorded sounds from Debian packages: fetched, labelled, filtered, split, varied and mixed."""
