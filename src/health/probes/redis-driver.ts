/** Loaded where a Redis is talked to, and only there: most commands talk to none. */
export { Redis } from 'ioredis';
