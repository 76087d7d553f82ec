"""The whole service with the real ms-swift, and with a real browser: as its users have it."""
