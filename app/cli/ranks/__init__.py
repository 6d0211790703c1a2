"""`generate` over ranks: several devices of this machine, or several machines."""
