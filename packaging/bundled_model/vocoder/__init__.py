"""The vocoder: phase reconstruction, after a network that guesses the magnitudes."""
