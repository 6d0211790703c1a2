"""Sentences and labels a person reads, made from what the models say."""
