"""What both sides speak: requests, edits, configuration, events, errors; no torch, no Qt."""
