"""Parameter and result shapes, and what differs between the platform's two SDKs."""
