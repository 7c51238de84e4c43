"""Minutes and notices, read for what was decided and what is required of whom by when. Rules alone, no Django."""
