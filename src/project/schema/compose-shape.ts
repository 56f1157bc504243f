import { serviceShape } from './service-shape.ts';
import {
  all,
  boolean,
  closed,
  either,
  list,
  map,
  nullable,
  object,
  scalar,
  text,
  unsupported,
  type ObjectShape,
} from './shape.ts';

const labels = either(map(nullable(scalar)), list(scalar));
const external = either(boolean, object({ name: text }));

const subnet = object({ ...all('subnet gateway ip_range', text), aux_addresses: map(text) });

const network = nullable(
  object({
    ...all('name driver', text),
    ...all('attachable enable_ipv6 internal', boolean),
    driver_opts: map(scalar),
    enable_ipv4: unsupported,
    external,
    ipam: object({ driver: text, config: list(subnet), options: map(scalar) }),
    labels,
  }),
);

const volume = nullable(object({ ...all('name driver', text), driver_opts: map(scalar), external, labels }));

const file = object({
  ...all('file name', text),
  ...all('environment content external labels driver driver_opts template_driver', unsupported),
});

/** A whole Compose file. */
export const composeShape: ObjectShape = object({
  version: scalar,
  name: text,
  services: map(serviceShape),
  networks: map(network),
  volumes: map(volume),
  ...all('configs secrets', map(file)),
  include: unsupported,
  models: unsupported,
  'x-orq': closed({}),
});
