"""Text-to-audio models behind one interface; the only room that knows the model libraries."""
