"""The node itself: its name, its GPUs and disks, what it says of itself, and what it keeps in order; the attempts that
run on it are in workers/attempts.
"""
