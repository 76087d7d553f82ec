"""The detached parent of one swift process; standard library only."""
