import { DATABASE_CLOCK } from './database_clock.ts'

/** What `schema_version` holds when this version of the package is done with a schema. */
export const SCHEMA_VERSION = 2

/** Somebody else stored an entry under an id that a commit was about to insert; the detail is the operation's position. */
export const INSERT_LOST = 'OP001'
/** A commit came too late. */
export const DEADLINE_PASSED = 'OP002'

/**
 * Everything that a schema needs, as often as one likes. Functions that processes call carry a version in their names:
 * while a new version is rolled out, the old one still finds its own.
 * @param schema checked and quoted
 */
export const migrationOf = (schema: string): string => `-- openid-provider, schema version ${SCHEMA_VERSION}
SELECT pg_advisory_xact_lock(hashtextextended('openid-provider migration', 0));
DO $$ BEGIN
  IF to_regnamespace('${schema}') IS NULL THEN CREATE SCHEMA ${schema}; END IF;
END $$;

CREATE TABLE IF NOT EXISTS ${schema}.schema_version (
  version integer NOT NULL,
  migrated_at timestamptz NOT NULL DEFAULT now()
);
DO $$ BEGIN
  IF EXISTS (SELECT FROM ${schema}.schema_version WHERE version > ${SCHEMA_VERSION}) THEN
    RAISE EXCEPTION 'this schema belongs to a newer version of openid-provider';
  END IF;
END $$;

CREATE SEQUENCE IF NOT EXISTS ${schema}.writes;
CREATE TABLE IF NOT EXISTS ${schema}.entries (
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
CREATE INDEX IF NOT EXISTS entries_expires_at ON ${schema}.entries (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS entries_grant_id ON ${schema}.entries (grant_id, model) WHERE grant_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS entries_uid ON ${schema}.entries (uid) WHERE uid IS NOT NULL;
CREATE INDEX IF NOT EXISTS entries_user_code ON ${schema}.entries (user_code) WHERE user_code IS NOT NULL;
CREATE INDEX IF NOT EXISTS entries_account_id ON ${schema}.entries (account_id, model, id) WHERE account_id IS NOT NULL;

${commitOf(schema)}
${revokeOf(schema)}
${pruneOf(schema)}
INSERT INTO ${schema}.schema_version (version)
  SELECT ${SCHEMA_VERSION} WHERE NOT EXISTS (SELECT FROM ${schema}.schema_version WHERE version = ${SCHEMA_VERSION});
`

/** Whoever revokes waits for those who are writing under the grant, and for nobody else. */
const grantLock = (model: string, grantId: string) => `hashtextextended(${model} || ':' || ${grantId}, 0)`

const REFUSE_LATE = `IF deadline IS NOT NULL AND ${DATABASE_CLOCK} >= deadline THEN
    RAISE EXCEPTION 'the deadline of this commit has passed' USING ERRCODE = '${DEADLINE_PASSED}';
  END IF;`

/**
 * Operations come sorted, so that two lists lock what they share in the same order. First every entry is locked and
 * every condition looked at, then everything is written; an insert that is lost in between takes all back. A use is
 * written where it is looked at, and taken back when a later condition does not hold: nobody sees it in between.
 *
 * A client waits for this function, and loses what it presented when its process ends meanwhile, so it runs few
 * statements: assignments are evaluated without one, and plans are not made anew for each of the first calls.
 */
const commitOf = (schema: string) => `CREATE OR REPLACE FUNCTION ${schema}.commit_v1(
  operations jsonb, deadline double precision, OUT failed text, OUT clock text
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  last integer := jsonb_array_length(operations) - 1;
  step jsonb;
  step_op text;
  step_model text;
  step_id text;
  stored record;
  does_hold boolean;
  lost integer;
  used integer[] := '{}';
  nothing text;
BEGIN
  ${REFUSE_LATE}
  IF deadline IS NOT NULL THEN
    nothing := set_config('lock_timeout', greatest(1, ceil(deadline - ${DATABASE_CLOCK}))::bigint::text, true);
  END IF;

  FOR i IN 0..last LOOP
    step := operations -> i;
    IF step ? 'grant_id' THEN
      nothing := pg_advisory_xact_lock_shared(${grantLock("(step ->> 'model')", "(step ->> 'grant_id')")});
    END IF;
  END LOOP;

  FOR i IN 0..last LOOP
    step := operations -> i;
    step_op := step ->> 'op';
    step_model := step ->> 'model';
    step_id := step ->> 'id';
    does_hold := true;
    IF step_op = 'insert' THEN
      IF coalesce((step -> 'foreign_id')::boolean, true) THEN
        does_hold := NOT EXISTS (SELECT FROM ${schema}.entries AS entry
          WHERE entry.model = step_model AND entry.id = step_id
            AND (entry.expires_at IS NULL OR entry.expires_at > clock_timestamp()));
      END IF;
    ELSIF step_op = 'consume' AND lost IS NULL THEN
      UPDATE ${schema}.entries AS entry
        SET consumed = floor(extract(epoch FROM clock_timestamp())), attempt = step ->> 'attempt'
        WHERE entry.model = step_model AND entry.id = step_id AND entry.consumed IS NULL
          AND (entry.expires_at IS NULL OR entry.expires_at > clock_timestamp());
      does_hold := FOUND;
      IF FOUND THEN used := used || i; END IF;
    ELSE
      IF (step -> 'changed')::boolean THEN
        SELECT entry.consumed, entry.version, entry.expires_at INTO stored FROM ${schema}.entries AS entry
          WHERE entry.model = step_model AND entry.id = step_id FOR UPDATE;
      ELSE
        SELECT entry.consumed, entry.version, entry.expires_at INTO stored FROM ${schema}.entries AS entry
          WHERE entry.model = step_model AND entry.id = step_id FOR SHARE;
      END IF;
      IF step_op = 'consume' OR step_op = 'require' THEN
        does_hold := FOUND AND (stored.expires_at IS NULL OR stored.expires_at > clock_timestamp())
          AND stored.consumed IS NULL
          AND (step_op = 'consume' OR NOT step ? 'version'
            OR stored.version IS NOT DISTINCT FROM (step -> 'version')::double precision);
      END IF;
    END IF;
    IF NOT does_hold THEN lost := least(lost, (step -> 'position')::integer); END IF;
  END LOOP;

  FOR i IN 0..last LOOP
    EXIT WHEN lost IS NOT NULL;
    step := operations -> i;
    step_op := step ->> 'op';
    IF step_op = 'insert' OR step_op = 'put' THEN
      INSERT INTO ${schema}.entries AS entry
        (model, id, payload, expires_at, consumed, version, grant_id, uid, user_code, account_id, written)
      VALUES (step ->> 'model', step ->> 'id', step -> 'payload',
        least(to_timestamp((step -> 'exp')::double precision),
          clock_timestamp() + make_interval(secs => (step -> 'keep')::double precision)),
        (step -> 'consumed')::bigint, (step -> 'version')::double precision,
        step ->> 'grant_id', step ->> 'uid', step ->> 'user_code', step ->> 'account_id',
        CASE WHEN step ? 'uid' THEN nextval('${schema}.writes') END)
      ON CONFLICT (model, id) DO UPDATE SET
        payload = EXCLUDED.payload, expires_at = EXCLUDED.expires_at, consumed = EXCLUDED.consumed, attempt = NULL,
        version = EXCLUDED.version, grant_id = EXCLUDED.grant_id, uid = EXCLUDED.uid,
        user_code = EXCLUDED.user_code, account_id = EXCLUDED.account_id, written = EXCLUDED.written
      WHERE step_op = 'put' OR entry.expires_at <= clock_timestamp();
      IF NOT FOUND THEN
        RAISE EXCEPTION 'the entry is there already' USING ERRCODE = '${INSERT_LOST}', DETAIL = step ->> 'position';
      END IF;
    ELSIF step_op = 'destroy' THEN
      DELETE FROM ${schema}.entries AS entry WHERE entry.model = step ->> 'model' AND entry.id = step ->> 'id';
    END IF;
  END LOOP;

  IF lost IS NOT NULL AND cardinality(used) > 0 THEN
    UPDATE ${schema}.entries AS entry SET consumed = NULL, attempt = NULL FROM unnest(used) AS one
      WHERE entry.model = operations -> one ->> 'model' AND entry.id = operations -> one ->> 'id';
  END IF;

  ${REFUSE_LATE}
  failed := lost::text;
  clock := (${DATABASE_CLOCK})::double precision::text;
END $$;
`

/** Where a transaction does not see what was written while it waited, it has to be run again. */
const revokeOf = (schema: string) => `CREATE OR REPLACE FUNCTION ${schema}.revoke_v1(
  revoked_model text, revoked_grant text, OUT again text
) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(${grantLock('revoked_model', 'revoked_grant')});
  DELETE FROM ${schema}.entries WHERE grant_id = revoked_grant AND model = revoked_model;
  again := CASE WHEN current_setting('transaction_isolation') <> 'read committed' THEN 'yes' END;
END $$;
`

const pruneOf = (
  schema: string,
) => `CREATE OR REPLACE FUNCTION ${schema}.prune(most integer DEFAULT 1000) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  removed integer;
BEGIN
  DELETE FROM ${schema}.entries WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM ${schema}.entries WHERE expires_at <= now()
    ORDER BY expires_at LIMIT most FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END $$;
`
