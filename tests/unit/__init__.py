"""One module at a time: no Redis, no network, no process."""
