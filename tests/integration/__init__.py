"""Real Redis, real processes, real HTTP; ms-swift alone is a fake that behaves as the real one was seen to."""
