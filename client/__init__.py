"""The SDK, the `swt` command and the local stack behind `swt up`."""
