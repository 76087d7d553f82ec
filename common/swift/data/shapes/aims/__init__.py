"""Aims: how records are read for each of what is learned from them, a module each; not which one a job has (goals)."""
