"""Commands that edit a sound: with a model, or its samples alone."""
