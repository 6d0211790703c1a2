"""What is filled in and not yet asked for: request, engine, export, prompts, model."""
