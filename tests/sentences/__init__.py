"""Whether every English sentence of the service has its Chinese: `make lint` warns, `make release-check` insists."""
