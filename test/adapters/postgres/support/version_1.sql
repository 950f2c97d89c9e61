-- What version 1 of the migration made, for a schema of this name.
-- openid-provider, schema version 1
SELECT pg_advisory_xact_lock(hashtextextended('openid-provider migration', 0));
DO $$ BEGIN
  IF to_regnamespace('version_1') IS NULL THEN CREATE SCHEMA version_1; END IF;
END $$;

CREATE TABLE IF NOT EXISTS version_1.schema_version (
  version integer NOT NULL,
  migrated_at timestamptz NOT NULL DEFAULT now()
);
DO $$ BEGIN
  IF EXISTS (SELECT FROM version_1.schema_version WHERE version > 1) THEN
    RAISE EXCEPTION 'this schema belongs to a newer version of openid-provider';
  END IF;
END $$;

CREATE SEQUENCE IF NOT EXISTS version_1.writes;
CREATE TABLE IF NOT EXISTS version_1.entries (
  model text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  payload jsonb NOT NULL,
  -- NULL: kept until it is removed
  expires_at timestamptz,
  -- what a use adds to the payload, so that a use does not write the payload again
  consumed bigint,
  attempt text,
  version double precision,
  -- what is looked up
  grant_id text COLLATE "C",
  uid text COLLATE "C",
  user_code text COLLATE "C",
  account_id text COLLATE "C",
  -- the order in which sessions of one uid were stored
  written bigint,
  PRIMARY KEY (model, id)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX IF NOT EXISTS entries_expires_at ON version_1.entries (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS entries_grant_id ON version_1.entries (grant_id, model) WHERE grant_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS entries_uid ON version_1.entries (uid) WHERE uid IS NOT NULL;
CREATE INDEX IF NOT EXISTS entries_user_code ON version_1.entries (user_code) WHERE user_code IS NOT NULL;
CREATE INDEX IF NOT EXISTS entries_account_id ON version_1.entries (account_id, model, id) WHERE account_id IS NOT NULL;

CREATE OR REPLACE FUNCTION version_1.commit_v1(
  operations jsonb, deadline double precision, OUT failed text, OUT clock text
) LANGUAGE plpgsql AS $$
DECLARE
  step record;
  stored record;
  is_live boolean;
  does_hold boolean;
  lost integer;
BEGIN
  IF deadline IS NOT NULL THEN
    PERFORM version_1.check_deadline_v1(deadline);
    PERFORM set_config('lock_timeout',
      greatest(1, ceil(deadline - extract(epoch FROM clock_timestamp()) * 1000))::bigint::text, true);
  END IF;

  PERFORM pg_advisory_xact_lock_shared(key) FROM (
    SELECT DISTINCT hashtextextended(model || ':' || grant_id, 0) AS key
    FROM jsonb_to_recordset(operations) AS written(model text, grant_id text)
    WHERE grant_id IS NOT NULL ORDER BY key
  ) AS locks;

  FOR step IN SELECT * FROM jsonb_to_recordset(operations)
    AS steps(position integer, op text, changed boolean, model text, id text, version double precision)
  LOOP
    IF step.op = 'insert' THEN
      does_hold := NOT EXISTS (SELECT FROM version_1.entries AS entry
        WHERE entry.model = step.model AND entry.id = step.id
          AND (entry.expires_at IS NULL OR entry.expires_at > clock_timestamp()));
    ELSE
      IF step.changed THEN
        SELECT entry.consumed, entry.version, entry.expires_at INTO stored FROM version_1.entries AS entry
          WHERE entry.model = step.model AND entry.id = step.id FOR UPDATE;
      ELSE
        SELECT entry.consumed, entry.version, entry.expires_at INTO stored FROM version_1.entries AS entry
          WHERE entry.model = step.model AND entry.id = step.id FOR SHARE;
      END IF;
      is_live := FOUND AND (stored.expires_at IS NULL OR stored.expires_at > clock_timestamp());
      does_hold := CASE step.op
        WHEN 'consume' THEN is_live AND stored.consumed IS NULL
        WHEN 'require' THEN is_live AND stored.consumed IS NULL
          AND (step.version IS NULL OR stored.version = step.version)
        ELSE true END;
    END IF;
    IF does_hold IS NOT TRUE AND (lost IS NULL OR step.position < lost) THEN lost := step.position; END IF;
  END LOOP;

  IF lost IS NULL THEN
    FOR step IN SELECT * FROM jsonb_to_recordset(operations) AS steps(
      position integer, op text, model text, id text, payload jsonb, keep double precision, exp double precision,
      consumed bigint, attempt text, version double precision,
      grant_id text, uid text, user_code text, account_id text)
    LOOP
      IF step.op = 'insert' OR step.op = 'put' THEN
        INSERT INTO version_1.entries AS entry
          (model, id, payload, expires_at, consumed, version, grant_id, uid, user_code, account_id, written)
        VALUES (step.model, step.id, step.payload,
          least(to_timestamp(step.exp), clock_timestamp() + make_interval(secs => step.keep)),
          step.consumed, step.version, step.grant_id, step.uid, step.user_code, step.account_id,
          CASE WHEN step.uid IS NOT NULL THEN nextval('version_1.writes') END)
        ON CONFLICT (model, id) DO UPDATE SET
          payload = EXCLUDED.payload, expires_at = EXCLUDED.expires_at, consumed = EXCLUDED.consumed, attempt = NULL,
          version = EXCLUDED.version, grant_id = EXCLUDED.grant_id, uid = EXCLUDED.uid,
          user_code = EXCLUDED.user_code, account_id = EXCLUDED.account_id, written = EXCLUDED.written
        WHERE step.op = 'put' OR entry.expires_at <= clock_timestamp();
        IF NOT FOUND THEN
          RAISE EXCEPTION 'the entry is there already' USING ERRCODE = 'OP001', DETAIL = step.position::text;
        END IF;
      ELSIF step.op = 'consume' THEN
        UPDATE version_1.entries AS entry
          SET consumed = floor(extract(epoch FROM clock_timestamp())), attempt = step.attempt
          WHERE entry.model = step.model AND entry.id = step.id;
      ELSIF step.op = 'destroy' THEN
        DELETE FROM version_1.entries AS entry WHERE entry.model = step.model AND entry.id = step.id;
      END IF;
    END LOOP;
  END IF;

  IF deadline IS NOT NULL THEN PERFORM version_1.check_deadline_v1(deadline); END IF;
  failed := lost::text;
  clock := (extract(epoch FROM clock_timestamp()) * 1000)::double precision::text;
END $$;

CREATE OR REPLACE FUNCTION version_1.check_deadline_v1(deadline double precision) RETURNS void
LANGUAGE plpgsql AS $$ BEGIN
  IF extract(epoch FROM clock_timestamp()) * 1000 >= deadline THEN
    RAISE EXCEPTION 'the deadline of this commit has passed' USING ERRCODE = 'OP002';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION version_1.revoke_v1(
  revoked_model text, revoked_grant text, OUT again text
) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(revoked_model || ':' || revoked_grant, 0));
  DELETE FROM version_1.entries WHERE grant_id = revoked_grant AND model = revoked_model;
  again := CASE WHEN current_setting('transaction_isolation') <> 'read committed' THEN 'yes' END;
END $$;

CREATE OR REPLACE FUNCTION version_1.prune(most integer DEFAULT 1000) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  removed integer;
BEGIN
  DELETE FROM version_1.entries WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM version_1.entries WHERE expires_at <= now()
    ORDER BY expires_at LIMIT most FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END $$;

INSERT INTO version_1.schema_version (version)
  SELECT 1 WHERE NOT EXISTS (SELECT FROM version_1.schema_version WHERE version = 1);
