"""Which tiles fit the memory, and which windows tell the statistics."""
