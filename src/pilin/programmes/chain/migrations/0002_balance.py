"""The balance is kept by the database: what lies where, no more out than in, moves never changed."""

from django.db import migrations

KEEP = """
CREATE FUNCTION chain_keep_stock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE chain_stock SET came = came + NEW.came, went = went + NEW.went
        WHERE lot_id = NEW.lot_id AND org_id = NEW.org_id;
    IF NOT FOUND THEN
        INSERT INTO chain_stock (lot_id, org_id, came, went)
            VALUES (NEW.lot_id, NEW.org_id, NEW.came, NEW.went);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER chain_move_counts AFTER INSERT ON chain_move
    FOR EACH ROW EXECUTE FUNCTION chain_keep_stock();

-- What a lot says went into it is what went out of others into it.
CREATE FUNCTION chain_check_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT l.taken <> (SELECT coalesce(sum(went), 0) FROM chain_move WHERE into_id = l.matter_id)
        FROM chain_lot l WHERE l.matter_id = coalesce(NEW.into_id, NEW.lot_id)) THEN
        RAISE EXCEPTION 'what went into lot % does not add up', coalesce(NEW.into_id, NEW.lot_id)
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lot_made_of_what_went_in';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER chain_move_adds_up AFTER INSERT ON chain_move
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.into_id IS NOT NULL OR NEW.why = 'made')
    EXECUTE FUNCTION chain_check_made();

-- A rebuild empties the table whole (TRUNCATE); a single move is never touched.
CREATE FUNCTION chain_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of a move is refused: what moved is only ever added to', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER chain_move_stays BEFORE UPDATE OR DELETE ON chain_move
    FOR EACH ROW EXECUTE FUNCTION chain_refuse();
"""
GONE = """
DROP TRIGGER chain_move_stays ON chain_move;
DROP TRIGGER chain_move_adds_up ON chain_move;
DROP TRIGGER chain_move_counts ON chain_move;
DROP FUNCTION chain_refuse, chain_check_made, chain_keep_stock;
"""


class Migration(migrations.Migration):
    dependencies = [("chain", "0001_initial")]
    operations = [migrations.RunSQL(KEEP, GONE)]
