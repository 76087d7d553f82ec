"""Refuses what cannot work before a GPU is taken: trainings, deployments, exports and their options."""
