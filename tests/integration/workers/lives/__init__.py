"""Tests of `workers.lives`, with a fake swift."""
