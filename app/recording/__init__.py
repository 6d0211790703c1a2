"""Recording: from an input of this machine to a file on the disk, independent of the window."""
