"""The vocoder of the bundled model: phase reconstruction, which has no weights to train."""
