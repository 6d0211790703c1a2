"""What the trained model can do: measured on the exported folder, through the app's own engine."""
