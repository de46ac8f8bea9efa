"""WeChat's own APIs (`cloud.openapi`, `cloud.cloudPay`), answered by a test's functions."""
