"""Clouds as a target, through SkyPilot, which runs in an environment of its own."""
