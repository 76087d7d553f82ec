"""Tests of `common.store`: each verb against a real Redis, and what the verbs leave behind together."""
