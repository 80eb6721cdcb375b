"""Desired, recorded and observed states to a plan: changes with their reasons, steps in a graph.

Pure and deterministic: equal input gives an equal plan. Everything that changes the world (deploy,
recreate, resurrection, delete) is planned here; carrying it out is `execution/`.
"""
