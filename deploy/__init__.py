"""Model deployments: from an artefact to an answering endpoint; servers on our own nodes are the workers' to start."""
