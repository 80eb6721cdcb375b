"""The use cases: what happens when somebody asks for a deploy, a restart, a log, a resurrection.

A use case gathers the three states through ports, lets `planning/` decide and hands the plan to
`execution/`. It knows neither HTTP nor SQL nor a cloud.
"""
