"""The judge: a classifier of log-mels that never meets the generator's clips."""
