"""Puts the pieces together: reads the settings, constructs adapters and providers, hands them in.

The only place that constructs an adapter or reads a setting, an environment variable or an entry
point. No decisions about deployments are made here.
"""
