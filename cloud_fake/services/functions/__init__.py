"""Cloud functions: registered Python handlers, run as the platform runs them."""
