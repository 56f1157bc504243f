import { all, choice, closed, either, integer, list, map, nullable, scalar, text } from './shape.ts';

const probe = closed(
  {
    kind: choice(['postgres', 'redis', 'http', 'tcp', 'zeromq', 'exec', 'none']),
    ...all('port status', integer),
    ...all('user username path database request', text),
    password: scalar,
    command: either(text, list(scalar)),
  },
  ['kind'],
);

/** `x-orq` under a service. */
export const extensionShape = closed({
  probe,
  ...all('url replica_of', text),
  database: closed(all('migrations seed', text)),
  embedded: closed(
    {
      kind: choice(['postgres', 'redis', 'process']),
      initialise: scalar,
      command: either(text, list(scalar)),
      environment: either(map(nullable(scalar)), list(scalar)),
    },
    ['kind'],
  ),
});
