"""Signing in through others: an OpenID Connect provider, or a sign-on that hands out tickets."""
