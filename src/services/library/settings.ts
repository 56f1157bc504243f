/** A variable of the environment, or what stands for it. */
export function setting(name: string, fallback: string): string {
  const value = process.env[name];
  return value === undefined || value === '' ? fallback : value;
}

/** A number from the environment. Throws when it is none. */
export function numberSetting(name: string, fallback: number): number {
  const value = Number(setting(name, String(fallback)));
  if (Number.isFinite(value)) return value;
  throw new Error(`${name} is not a number`);
}

/** Addresses of the front door, its publications and the storage manager, as clients connect to them. */
export const endpoints = {
  frontDoor: () => setting('GESTOR_CARGA', 'tcp://127.0.0.1:5555'),
  publications: () => setting('GESTOR_CARGA_PUB', 'tcp://127.0.0.1:5556'),
  storage: () => setting('GESTOR_ALMACENAMIENTO', 'tcp://127.0.0.1:5570'),
} as const;

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
