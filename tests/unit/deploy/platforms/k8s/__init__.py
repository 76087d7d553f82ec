"""Tests of `deploy.platforms.k8s`, alone."""
