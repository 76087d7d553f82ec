"""Tests of `workers.swift`, alone."""
