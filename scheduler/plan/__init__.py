"""The planner and its words: pure, from a snapshot to placements and the reasons why others wait; the snapshot is read,
and the plan applied, in the files beside this folder.
"""
