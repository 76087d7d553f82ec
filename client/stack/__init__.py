"""The whole service on one machine, as `swt up` runs it: an embedded Redis and supervised processes."""
