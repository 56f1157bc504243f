import type { Variables } from './load-environment.ts';

/** What flags say; they win over the `COMPOSE_*` variables. */
export interface ComposeFlags {
  readonly files?: readonly string[];
  readonly envFiles?: readonly string[];
  readonly composeProfiles?: readonly string[];
}

/** Files named by `-f` or COMPOSE_FILE; undefined when they are to be found. */
export function namedFiles({ files }: ComposeFlags, variables: Variables): readonly string[] | undefined {
  if (files !== undefined && files.length > 0) return files;
  const written = variables['COMPOSE_FILE'];
  if (written === undefined || written === '') return undefined;
  return written.split(variables['COMPOSE_PATH_SEPARATOR'] || ':').filter((path) => path !== '');
}

/** Environment files named by `--env-file` or COMPOSE_ENV_FILES; empty means `.env`. */
export function namedEnvFiles({ envFiles }: ComposeFlags, variables: Variables): readonly string[] {
  return envFiles !== undefined && envFiles.length > 0 ? envFiles : commaList(variables['COMPOSE_ENV_FILES']);
}

/** Compose profiles that are on, by `--profile` or COMPOSE_PROFILES. */
export function activeProfiles({ composeProfiles }: ComposeFlags, variables: Variables): readonly string[] {
  if (composeProfiles !== undefined && composeProfiles.length > 0) return composeProfiles;
  return commaList(variables['COMPOSE_PROFILES']);
}

/** True when COMPOSE_DISABLE_ENV_FILE switches `.env` off. */
export function isEnvFileDisabled(variables: Variables): boolean {
  return ['1', 'true', 'yes', 'on'].includes(variables['COMPOSE_DISABLE_ENV_FILE']?.toLowerCase() ?? '');
}

function commaList(written: string | undefined): string[] {
  return (written ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
