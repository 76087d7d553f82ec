"""The tests: a folder for each tier, which mirrors the packages, and beside them what several tiers need."""
