"""The books are kept by the database: balanced, within one fund, never below nought, never changed."""

from django.db import migrations

KEEP = """
ALTER TABLE fund_posting ADD CONSTRAINT posting_purpose
    FOREIGN KEY (fund_id, purpose) REFERENCES fund_purpose (fund_id, number);

CREATE FUNCTION fund_keep_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE fund_balance SET debit = debit + NEW.debit, credit = credit + NEW.credit
        WHERE fund_id = NEW.fund_id AND account = NEW.account
        AND purpose = coalesce(NEW.purpose, 0);
    IF NOT FOUND THEN
        INSERT INTO fund_balance (fund_id, account, purpose, debit, credit)
            VALUES (NEW.fund_id, NEW.account, coalesce(NEW.purpose, 0), NEW.debit, NEW.credit);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER fund_posting_counts AFTER INSERT ON fund_posting
    FOR EACH ROW EXECUTE FUNCTION fund_keep_balance();

CREATE FUNCTION fund_check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(debit) <> sum(credit) FROM fund_posting
        WHERE fund_id = NEW.fund_id AND entry = NEW.entry) THEN
        RAISE EXCEPTION 'the postings of entry % do not balance in fund %', NEW.entry, NEW.fund_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'postings_balance';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER fund_posting_balances AFTER INSERT ON fund_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fund_check_entry();

-- A rebuild empties the table whole (TRUNCATE); a single posting is never touched.
CREATE FUNCTION fund_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of a posting is refused: the books are only ever added to', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER fund_posting_stays BEFORE UPDATE OR DELETE ON fund_posting
    FOR EACH ROW EXECUTE FUNCTION fund_refuse();
"""
GONE = """
DROP TRIGGER fund_posting_stays ON fund_posting;
DROP TRIGGER fund_posting_balances ON fund_posting;
DROP TRIGGER fund_posting_counts ON fund_posting;
DROP FUNCTION fund_refuse, fund_check_entry, fund_keep_balance;
ALTER TABLE fund_posting DROP CONSTRAINT posting_purpose;
"""


class Migration(migrations.Migration):
    dependencies = [("fund", "0001_initial")]
    operations = [migrations.RunSQL(KEEP, GONE)]
