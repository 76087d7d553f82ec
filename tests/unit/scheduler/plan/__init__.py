"""Tests of `scheduler.plan`, alone."""
