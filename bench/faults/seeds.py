"""Faults put in on purpose, by SQL on a private database: each must be seen."""

from __future__ import annotations

LOSE_EVERY_HUNDREDTH_ALERT = """
CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE WHEN NEW.dossier_id % 100 = 7 THEN NULL ELSE NEW END;
END $$;
CREATE TRIGGER lose BEFORE INSERT ON alerts FOR EACH ROW EXECUTE FUNCTION lose()
"""
LOSE_NO_ALERT = "DROP TRIGGER lose ON alerts"
LET_ALERTS_DOUBLE = """
ALTER TABLE alerts DROP CONSTRAINT uq_alerts_dossier_id_due_version_rung_occasion
"""
SWEEP_TWICE = """
INSERT INTO alerts (dossier_id, due_version, kind, rung, amount, occasion, unit_code, due_at,
                    since_at, raised_at)
SELECT dossier_id, due_version, kind, rung, amount, occasion, unit_code, due_at, since_at, raised_at
FROM alerts ORDER BY id LIMIT 50
"""
NOTE_EACH_TURN = """
CREATE TABLE turns_taken (task text, slot timestamptz);
GRANT SELECT ON turns_taken TO PUBLIC;
CREATE FUNCTION note_turn() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF NEW.started_at IS DISTINCT FROM OLD.started_at THEN
        INSERT INTO turns_taken VALUES (NEW.task, NEW.slot);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER note_turn AFTER INSERT OR UPDATE ON task_slots
FOR EACH ROW EXECUTE FUNCTION note_turn()
"""
"""No fault: it keeps count of who was given a turn."""

GIVE_A_TURN_AGAIN = """
CREATE FUNCTION forget_turn() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    DELETE FROM task_slots WHERE task = NEW.task AND slot = NEW.slot;
    RETURN NEW;
END $$;
CREATE TRIGGER forget_turn BEFORE INSERT ON task_slots
FOR EACH ROW EXECUTE FUNCTION forget_turn()
"""

LOSE_A_DELIVERY = """
CREATE FUNCTION lose_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE WHEN (SELECT dossier_id FROM alerts WHERE id = NEW.alert_id) =
        (SELECT id FROM dossiers WHERE status = 4 ORDER BY id OFFSET 20 LIMIT 1)
        THEN NULL ELSE NEW END;
END $$;
CREATE TRIGGER lose_delivery BEFORE INSERT ON deliveries
FOR EACH ROW EXECUTE FUNCTION lose_delivery()
"""
