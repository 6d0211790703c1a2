"""The words of the clips, and the tokenizer that reads them."""
