"""Model deployments: from an artefact to an answering endpoint."""
