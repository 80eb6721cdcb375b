"""A cloud in memory, with latencies, failures and quotas from a seed: for tests and dry runs."""
