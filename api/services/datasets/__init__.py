"""Data sets: announced, uploaded, named by jobs; not what is wrong with their records (common/swift/inputs)."""
