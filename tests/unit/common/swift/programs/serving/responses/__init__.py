"""Tests of `common.swift.programs.serving.responses`, alone."""
