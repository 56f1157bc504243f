import { all, choice, ignored, integer, number, object, size, unsupported } from './shape.ts';

const clusterOnly = ignored('only a cluster schedules by it');

/** The part of `deploy` that means something to a single engine. */
export const deployShape = object({
  ...all('endpoint_mode rollback_config update_config labels placement', clusterOnly),
  mode: choice(['replicated'], ['global', 'replicated-job', 'global-job']),
  replicas: integer,
  resources: object({
    limits: object({ cpus: number, memory: size, pids: integer, devices: unsupported }),
    reservations: object({
      cpus: clusterOnly,
      memory: size,
      pids: clusterOnly,
      ...all('devices generic_resources', unsupported),
    }),
  }),
  restart_policy: object({
    condition: choice(['none', 'on-failure', 'any']),
    max_attempts: integer,
    ...all('delay window', ignored('the engine has its own restart back-off')),
  }),
});
