"""What the window shows: widgets that draw models and say what a person wants."""
