"""``python -m paasta_deploy.agent``: the agent from an installed package."""

from paasta_deploy.agent.commandline import enter

enter()
