"""The real ms-swift under a worker: commands, checkpoints, servers, signals."""
