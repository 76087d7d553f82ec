"""Shapes of training data: records as people have them, what is learned from each, and what refuses the others."""
