"""Warnings of lights for people: the digest, and one message with what no night sent before."""
