import {
  all,
  boolean,
  either,
  list,
  map,
  nullable,
  object,
  scalar,
  size,
  text,
  unsupported,
} from './shape.ts';

const scalarMapOrList = either(map(nullable(scalar)), list(scalar));

/** `build` as the engine's own builder can do it; what only BuildKit does is refused. */
export const buildShape = object({
  ...all('additional_contexts cache_to entitlements isolation platforms privileged provenance', unsupported),
  ...all('sbom secrets ssh ulimits', unsupported),
  ...all('context dockerfile dockerfile_inline network target', text),
  ...all('args labels', scalarMapOrList),
  ...all('cache_from tags', list(text)),
  ...all('no_cache pull', boolean),
  extra_hosts: either(list(text), map(either(text, list(text)))),
  shm_size: size,
});
