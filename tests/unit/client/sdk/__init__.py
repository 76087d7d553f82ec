"""Tests of `swift_trainer.sdk`, alone."""
