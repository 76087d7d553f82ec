"""A Kubernetes cluster as a platform: a Deployment, a Service, a Secret and perhaps an Ingress for each deployment."""
