"""Where identities are handled: keys, pseudonyms, the vault, rotation, the access log, and locks on rows of persons."""
