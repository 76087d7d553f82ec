"""Tests of `swift_trainer.cli`, alone."""
