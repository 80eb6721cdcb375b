"""Talks to people: the `paasta-deploy` command, its tables, live progress and exit codes.

A client of the API and nothing else, so Ctrl-C never ends a deploy; it starts the director when
none runs. Commands are loaded when they are used, to keep the start fast.
"""
