"""LoRAs: low-rank changes to a model's weights, read from files and merged when it is loaded."""
