"""Tests of `common.swift.inputs.places`, alone."""
