import type { Build } from '../../model/service.ts';
import { compact } from './compact.ts';

/** `build` of a service as Compose writes it. */
export function writeBuild(build: Build): Record<string, unknown> {
  return compact({
    context: build.context,
    dockerfile: build.dockerfile,
    dockerfile_inline: build.dockerfileInline,
    args: build.args,
    target: build.target,
    labels: build.labels,
    cache_from: build.cacheFrom,
    tags: build.tags,
    extra_hosts: build.extraHosts,
    network: build.network,
    no_cache: build.noCache || undefined,
    pull: build.pull || undefined,
    shm_size: build.shmSizeBytes,
  });
}
