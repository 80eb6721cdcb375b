"""Whether a deployment fits a cloud: references, addresses, capacity, links."""
