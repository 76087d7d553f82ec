"""Tests of `deploy.platforms.cloud`, alone."""
