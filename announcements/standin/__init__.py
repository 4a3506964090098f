"""A local stand-in for the social platforms and the station's mail server, for development and tests. Never in production.

Standard library only, so that it can be read in one sitting and started anywhere. `docs/standin.md` says which vendor page each
behaviour follows.
"""
