CREATE TABLE users (
  id SERIAL PRIMARY KEY,
  username VARCHAR(255) NOT NULL UNIQUE,
  email VARCHAR(255) NOT NULL UNIQUE,
  password VARCHAR(255) NOT NULL,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

COMMENT ON COLUMN users.password IS 'A password hash, never plain text';

CREATE TABLE images (
  id SERIAL PRIMARY KEY,
  name VARCHAR(255) NOT NULL,
  tag VARCHAR(100) NOT NULL DEFAULT 'latest',
  min_instances INTEGER NOT NULL DEFAULT 0,
  max_instances INTEGER NOT NULL DEFAULT 1,
  cpu_limit VARCHAR(50),
  memory_limit VARCHAR(50),
  status VARCHAR(50),
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  user_id INTEGER REFERENCES users (id),
  CHECK (min_instances >= 0 AND max_instances >= min_instances)
);

CREATE TABLE containers (
  id SERIAL PRIMARY KEY,
  container_id VARCHAR(255) NOT NULL UNIQUE,
  name VARCHAR(255) NOT NULL,
  port INTEGER,
  status VARCHAR(50),
  cpu_usage VARCHAR(50),
  memory_usage VARCHAR(50),
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  image_id INTEGER REFERENCES images (id)
);

CREATE TABLE billings (
  id SERIAL PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users (id),
  amount FLOAT NOT NULL,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX images_user_id ON images (user_id);
CREATE INDEX containers_image_id ON containers (image_id);
CREATE INDEX billings_user_id ON billings (user_id);
