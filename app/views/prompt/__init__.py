"""The panel on the left: prompts, request, model and engine."""
