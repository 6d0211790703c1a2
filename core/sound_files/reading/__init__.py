"""Opens sound files from anywhere: reads what is in them, and knows what is missing."""
