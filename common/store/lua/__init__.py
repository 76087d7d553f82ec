"""One atomic Redis operation per file."""
