"""The life of identities after landing: the vault that keeps them, their rotation, their erasure.

Comes in: what landing conformed and archived. Goes out: counts. An identity is in the clear in memory only.
"""
