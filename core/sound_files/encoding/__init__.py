"""Sound files written: samples in their format, with tags and chunks beside them."""
