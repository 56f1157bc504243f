// A process that has the packages of the API loaded before it is needed, which takes longer than all of its own code.
// Told to run, it opens its inspector and runs the bundle.
import { on } from 'node:events';
import { open } from 'node:inspector';
import { pathToFileURL } from 'node:url';

const leave = () => process.exit(0);
process.once('disconnect', leave);

const messages = on(process, 'message');
const next = async () => (await messages.next()).value[0];
// A package that does not load is the bundle's to tell.
for (const name of (await next()).packages) await import(name).catch(() => undefined);
const { run, inspect } = await next();

process.off('disconnect', leave);
await messages.return();
process.disconnect();
const [, host, port] = /^(.*):(\d+)$/.exec(inspect) ?? [];
open(Number(port), host);
await import(pathToFileURL(run).href);
