"""Whole deployments under virtual time: the production code, a cloud and agents made up, a seed.

What decides and what carries out is the very code of a real director: planner, executor, journal
logic, tasks, health monitor. Only the world around it is simulated, and time passes as fast as
it can be computed. Equal seeds give equal runs.
"""
