import { changeText } from '../../plan/plan-text.ts';
import { eachService, finding, type Rule } from './rule.ts';

const image = eachService(({ service, image: { present }, containers }) => {
  if (present || containers.length > 0) return [];
  return [
    finding({
      id: 'IMAGE_MISSING',
      layer: 'image',
      service: service.name,
      title: `Image ${service.image} is not on this machine.`,
      command: `orq up ${service.name}`,
      safe: true,
    }),
  ];
});

const imageChanged = eachService(({ service, image: { id }, containers }) => {
  const [container] = containers;
  if (id === undefined || container === undefined || container.details.imageId === id) return [];
  return [
    finding({
      id: 'IMAGE_CHANGED',
      severity: 'warning',
      layer: 'image',
      service: service.name,
      title: `${service.name} runs an older image than ${service.image} now is.`,
      evidence: [`runs ${container.details.imageId}`, `here is ${id}`],
      command: `orq up ${service.name}`,
    }),
  ];
});

const drift = eachService(({ service, drift: changes }) =>
  changes.length === 0
    ? []
    : [
        finding({
          id: 'CONFIG_DRIFT',
          severity: 'warning',
          layer: 'configuration',
          service: service.name,
          title: `${service.name} runs with another configuration than its files have.`,
          evidence: changes.map(changeText),
          command: `orq up ${service.name}`,
        }),
      ],
);

const ports = eachService(({ service, heldPorts }) =>
  heldPorts.map(({ mapping, holder, command }) =>
    finding({
      id: 'PORT_HELD',
      layer: 'port',
      service: service.name,
      title: `Port ${mapping.published}, which ${service.name} publishes, is held by ${holder}.`,
      command,
    }),
  ),
);

const nameTaken = eachService(({ service, nameHolder }) =>
  nameHolder === undefined
    ? []
    : [
        finding({
          id: 'CONTAINER_NAME_TAKEN',
          layer: 'configuration',
          service: service.name,
          title: `A container that is not of this project has the name ${nameHolder.name}, which ${service.name} needs.`,
          evidence: [
            nameHolder.project === undefined
              ? 'it was made by hand'
              : `it belongs to the project ${nameHolder.project}`,
          ],
          command: `docker rename ${nameHolder.name} ${nameHolder.name}-old`,
        }),
      ],
);

export const configurationRules: readonly Rule[] = [image, imageChanged, drift, ports, nameTaken];
