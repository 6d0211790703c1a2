"""Brings takes into the arrangement, mixes and keeps it, and takes it out."""
