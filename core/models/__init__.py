"""Text-to-audio models behind one interface: folders, loading, the hub and the model store."""
