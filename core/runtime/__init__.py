"""What the machine offers: devices, memory, precision, locks and atomic files."""
