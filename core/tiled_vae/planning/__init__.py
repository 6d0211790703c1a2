"""The choice of tiles that fit the memory, and of windows to estimate statistics from."""
