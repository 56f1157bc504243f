/** Diagnosed causes. A finding is what is wrong, how one knows, and the one command that cures it. */

export type Severity = 'error' | 'warning';

interface Remedy {
  /** The one command to run. */
  readonly command: string;
  /** True when running it can lose nothing and interrupt nothing that works: `--fix` then does it. */
  readonly safe: boolean;
}

/**
 * How deep in the machine a cause lies; a lower one explains what goes wrong above it. From the engine itself to what
 * only shows that something else is wrong.
 */
export type Layer =
  | 'engine'
  | 'machine'
  | 'configuration'
  | 'image'
  | 'port'
  | 'network'
  | 'storage'
  | 'container'
  | 'server'
  | 'data'
  | 'symptom';

export interface Finding {
  /** Stable, e.g. `PORT_HELD`. */
  readonly id: string;
  readonly severity: Severity;
  readonly layer: Layer;
  /** Service it is about; absent for the engine and the machine. */
  readonly service?: string;
  /** One sentence. */
  readonly title: string;
  /** Facts that show it, one a line. */
  readonly evidence: readonly string[];
  readonly remedy: Remedy;
  /** Where it is explained, in this repository. */
  readonly page: string;
  /** Findings (`id:service`) that this one is a consequence of. */
  readonly explainedBy: readonly string[];
}

/** Names a finding within one report. */
export function findingKey({ id, service }: Pick<Finding, 'id' | 'service'>): string {
  return service === undefined ? id : `${id}:${service}`;
}
