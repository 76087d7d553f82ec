"""Clusters for tests: a fake API server, and a real control plane where its programs are."""
