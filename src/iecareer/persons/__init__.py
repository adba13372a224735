"""Where identities are kept: keys, sealed files, the log of who used them, and replacing them as one change."""
