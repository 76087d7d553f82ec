"""The planner and its words: pure, from a snapshot to placements and the reasons why others wait."""
