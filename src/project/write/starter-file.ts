/** A Compose file to begin with: PostgreSQL and Redis as most projects want them, valid for `docker compose` too. */
export const starterFile = `# Run it with: orq up
services:
  postgres:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD: \${POSTGRES_PASSWORD:-postgres}
      POSTGRES_DB: \${POSTGRES_DB:-app}
    ports: ['127.0.0.1:\${POSTGRES_PORT:-5432}:5432']
    volumes: ['postgres_data:/var/lib/postgresql/data']
    healthcheck:
      test: ['CMD-SHELL', 'pg_isready -h 127.0.0.1 -U postgres']
      interval: 5s
      retries: 12
    # SQL files (0001_name.sql, …) that orq up keeps applied:
    # x-orq: { database: { migrations: database/migrations } }

  redis:
    image: redis:8
    ports: ['127.0.0.1:\${REDIS_PORT:-6379}:6379']
    volumes: ['redis_data:/data']
    healthcheck:
      test: ['CMD', 'redis-cli', 'ping']
      interval: 5s
      retries: 12

volumes:
  postgres_data:
  redis_data:
`;
