import { runActor } from './actor.ts';
import { runFrontDoor } from './front-door/front-door.ts';
import { checkHealth } from './health.ts';
import { runLoadPage } from './load/load-page.ts';
import { runApplicant } from './replay.ts';
import { stopSignal } from './stopping.ts';
import { runStorageManager } from './storage/storage-manager.ts';

const services: Readonly<Record<string, (signal: AbortSignal) => Promise<void>>> = {
  gestor_carga: runFrontDoor,
  gestor_almacenamiento: runStorageManager,
  actor_prestamo: (signal) => runActor('prestamo', signal),
  actor_devolucion: (signal) => runActor('devolucion', signal),
  actor_renovacion: (signal) => runActor('renovacion', signal),
  proceso_solicitante: runApplicant,
  locust_web: runLoadPage,
};

const [name = '', service = ''] = process.argv.slice(2);
const run = services[name];
if (name === 'salud') process.exitCode = (await checkHealth(service)) ? 0 : 1;
else if (run === undefined) {
  process.stderr.write(`main.js SERVICE, one of: ${Object.keys(services).join(', ')}\n`);
  process.exitCode = 2;
} else await run(stopSignal());
