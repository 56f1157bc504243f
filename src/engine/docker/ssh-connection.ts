import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { Endpoint } from './endpoint.ts';

type SshEndpoint = Extract<Endpoint, { kind: 'ssh' }>;

/** The command line that the docker CLI uses: the remote docker connects its standard streams to the engine. */
export function sshArguments(endpoint: SshEndpoint): string[] {
  return [
    '-o',
    'ConnectTimeout=30',
    '-T',
    ...(endpoint.user === undefined ? [] : ['-l', endpoint.user]),
    ...(endpoint.port === undefined ? [] : ['-p', String(endpoint.port)]),
    '--',
    endpoint.host,
    'docker',
    'system',
    'dial-stdio',
  ];
}

/** A connection through one OpenSSH process that Node's HTTP client uses like a socket. */
export class SshConnection extends Duplex {
  readonly #ssh: ChildProcessWithoutNullStreams;
  #complaint = '';

  constructor(endpoint: SshEndpoint) {
    super({ allowHalfOpen: true });
    const ssh = spawn('ssh', sshArguments(endpoint), { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#ssh = ssh;
    ssh.on('error', (error) => this.destroy(error));
    ssh.stderr.on('data', (chunk: Buffer) => (this.#complaint = (this.#complaint + chunk).slice(-2000)));
    ssh.stdin.on('error', (error) => this.destroy(error));
    ssh.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) ssh.stdout.pause();
    });
    ssh.on('close', (code) => this.#ended(code));
  }

  #ended(code: number | null): void {
    if (code === 0 || code === null) this.push(null);
    else this.destroy(Object.assign(new Error(this.#complaint.trim()), { code: 'ECONNREFUSED' }));
  }

  override _read(): void {
    this.#ssh.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#ssh.stdin.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#ssh.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#ssh.kill();
    done(error);
  }

  // Node's HTTP agent calls these on the connections that it keeps.
  ref(): this {
    this.#ssh.ref();
    return this;
  }

  unref(): this {
    this.#ssh.unref();
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }
}
