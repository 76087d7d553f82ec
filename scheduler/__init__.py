"""Decides which workload runs on which GPUs, and when."""
