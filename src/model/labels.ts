/**
 * Labels on engine objects. `com.docker.compose.*` makes `docker compose ps|logs|down` see what orq made
 * (Compose selects by project, presence of config-hash and oneoff=False); `dev.orq.*` are what orq decides on.
 */
export const composeLabels = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  oneoff: 'com.docker.compose.oneoff',
  configHash: 'com.docker.compose.config-hash',
  dependsOn: 'com.docker.compose.depends_on',
  image: 'com.docker.compose.image',
  version: 'com.docker.compose.version',
  workingDirectory: 'com.docker.compose.project.working_dir',
  configFiles: 'com.docker.compose.project.config_files',
  network: 'com.docker.compose.network',
  volume: 'com.docker.compose.volume',
} as const;

/** On containers that the platform's API makes for its users; they belong to no Compose project. */
export const platformLabels = {
  /** Name of the platform. */
  platform: 'dev.orq.platform',
  /** Id of the image record. */
  image: 'dev.orq.platform.image',
} as const;

export const orqLabels = {
  /** Version and digest of the resolved service, e.g. `1:9f2c…`. */
  specHash: 'dev.orq.spec-hash',
  /** JSON: field path → value, secrets and environment values as digests. */
  spec: 'dev.orq.spec',
  profile: 'dev.orq.profile',
  mode: 'dev.orq.mode',
  engine: 'dev.orq.engine',
} as const;
