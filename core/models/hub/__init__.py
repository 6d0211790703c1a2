"""Models on the Hugging Face hub: what is there, and the download."""
