"""Three machines on loopback, from the configuration in `deploy/cluster`, and the drill run on them."""
