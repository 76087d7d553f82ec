"""The whole service under faults of every kind, in rounds, with every accepted job accounted for."""
