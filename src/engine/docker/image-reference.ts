/** An image reference taken apart the way the engine's pull wants it. */
export interface ImageReference {
  /** Host that the docker CLI keeps credentials for. */
  readonly registry: string;
  readonly repository: string;
  /** A tag, or a digest. */
  readonly tag: string;
}

const dockerHub = 'https://index.docker.io/v1/';

export function parseReference(reference: string): ImageReference {
  const at = reference.indexOf('@');
  const named = at < 0 ? reference : reference.slice(0, at);
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  const repository = tagged ? named.slice(0, colon) : named;
  const tag = tagged ? named.slice(colon + 1) : 'latest';
  return { registry: registryOf(repository), repository, tag: at < 0 ? tag : reference.slice(at + 1) };
}

function registryOf(repository: string): string {
  const [first = '', ...rest] = repository.split('/');
  const isHost = rest.length > 0 && (first.includes('.') || first.includes(':') || first === 'localhost');
  if (!isHost || first === 'docker.io' || first === 'index.docker.io') return dockerHub;
  return first;
}
