"""A Kubernetes cluster as a target: a Deployment, a Service, a Secret and perhaps an Ingress for each deployment."""
