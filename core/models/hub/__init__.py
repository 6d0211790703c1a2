"""Models on the Hugging Face hub: their description and download."""
