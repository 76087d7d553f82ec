"""What a real Chromium does on the service's pages."""
