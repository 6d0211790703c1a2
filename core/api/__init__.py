"""What engine and window exchange: requests, edits, configuration, events, errors; no torch."""
