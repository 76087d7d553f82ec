"""Clouds as a platform, through SkyPilot, which runs in an environment of its own."""
