-- What the API adds to the four tables, whose columns stay as they are.
ALTER TABLE users
  ADD COLUMN role VARCHAR(20) NOT NULL DEFAULT 'user' CHECK (role IN ('admin', 'user')),
  ADD COLUMN disabled BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

ALTER TABLE images
  ADD COLUMN port INTEGER CHECK (port BETWEEN 1 AND 65535),
  ADD COLUMN command TEXT[] NOT NULL DEFAULT '{}',
  ADD COLUMN environment JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN scaling BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

COMMENT ON COLUMN images.scaling IS 'Whether instances are kept between min_instances and max_instances';

ALTER TABLE containers
  ADD COLUMN managed BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

COMMENT ON COLUMN containers.managed IS 'Whether the engine has a container of that id, made by the API';

-- Micro-dollars are exact; the column amount is made from them. An invoice is one row for a user and a month.
ALTER TABLE billings
  ADD COLUMN amount_micros BIGINT,
  ADD COLUMN month DATE,
  ADD COLUMN version INTEGER NOT NULL DEFAULT 1,
  ADD CONSTRAINT billings_user_month UNIQUE (user_id, month);

CREATE TABLE usage_records (
  id BIGSERIAL PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users (id),
  container_id VARCHAR(255) NOT NULL,
  started_at TIMESTAMPTZ NOT NULL,
  ended_at TIMESTAMPTZ NOT NULL,
  open BOOLEAN NOT NULL DEFAULT true,
  cpu_millis INTEGER NOT NULL,
  memory_mib INTEGER NOT NULL,
  CHECK (ended_at >= started_at)
);

CREATE UNIQUE INDEX usage_records_open ON usage_records (container_id) WHERE open;
CREATE INDEX usage_records_user ON usage_records (user_id, started_at);
