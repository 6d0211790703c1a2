"""The machine: devices, memory, precision, and files that are whole or not there."""
