"""The local stack: the whole service on one machine, for `swt up`: an embedded Redis and supervised processes."""
