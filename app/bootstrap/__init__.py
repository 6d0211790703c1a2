"""What `main.py` sets up before anything else is imported; needs nothing but Python."""
