import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/** A registry on loopback with one image, which only the given user may pull. */
export interface TinyRegistry {
  /** Host and port, as it stands before the slash of an image reference. */
  readonly host: string;
  close(): void;
}

const digest = (data: Buffer) => `sha256:${createHash('sha256').update(data).digest('hex')}`;
const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';

export async function startRegistry(user: string, password: string): Promise<TinyRegistry> {
  const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const content = emptyImage();
  const server = createServer((request, response) => {
    if (request.headers.authorization === wanted) answer(content, request, response);
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { host: `127.0.0.1:${port}`, close: () => server.close() };
}

interface Content {
  readonly manifest: Buffer;
  readonly blobs: ReadonlyMap<string, Buffer>;
}

function answer({ manifest, blobs }: Content, request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? '';
  const isManifest = path.includes('/manifests/');
  const body = isManifest ? manifest : blobs.get(path.slice(path.lastIndexOf('/') + 1));
  if (body === undefined) {
    response.writeHead(path === '/v2/' ? 200 : 404).end();
    return;
  }
  response.writeHead(200, {
    'content-type': isManifest ? manifestType : 'application/octet-stream',
    'content-length': body.length,
    'docker-content-digest': digest(body),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** An image whose only layer is an empty archive; the random label gives every registry another image. */
function emptyImage(): Content {
  const archive = Buffer.alloc(1024);
  const layer = gzipSync(archive);
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Env: ['PULLED=yes'], Labels: { 'dev.orq.test': String(Math.random()) } },
      rootfs: { type: 'layers', diff_ids: [digest(archive)] },
    }),
  );
  const described = (data: Buffer, mediaType: string) => ({
    mediaType,
    size: data.length,
    digest: digest(data),
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: described(config, 'application/vnd.docker.container.image.v1+json'),
      layers: [described(layer, 'application/vnd.docker.image.rootfs.diff.tar.gzip')],
    }),
  );
  return {
    manifest,
    blobs: new Map([
      [digest(config), config],
      [digest(layer), layer],
    ]),
  };
}
