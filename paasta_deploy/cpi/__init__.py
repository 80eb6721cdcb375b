"""The contract between the core and an IaaS: what a provider must do, told as types.

``provider.py`` is the contract itself, by noun; ``requests.py`` the values that go in and out;
``capabilities.py`` what a provider can do, as data that planning reads; ``errors.py`` how a
provider fails. Providers live outside the core (entry points ``paasta_deploy.providers``) and
import this package, ``model``, ``diagnostics`` and ``testing``, nothing else of ours.
"""
