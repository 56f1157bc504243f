import type { Report } from './problems.ts';
import type { Tree } from './tree.ts';
import { field, fields, number, text, fieldAt } from './tree-fields.ts';

/** Reports a project without services, and services whose keys contradict each other. */
export function checkServices(root: Tree, report: Report): void {
  const services = fields(field(root, 'services'));
  if (services.length === 0) {
    const message = 'the project has no services: the key "services" is missing or empty';
    report({ code: 'COMPOSE_INVALID', message, position: field(root, 'services')?.at ?? root.at });
  }
  for (const [name, tree] of services) checkService(name, tree, report);
}

function checkService(name: string, tree: Tree, report: Report): void {
  const complain = (message: string, position = tree.at) =>
    report({ code: 'COMPOSE_INVALID', message: `services.${name} ${message}`, position });
  if (!/^[a-zA-Z0-9._-]+$/.test(name))
    complain('has a name with characters other than letters, digits, . _ -');
  if (tree.kind !== 'mapping')
    return tree.kind === 'scalar' && tree.value === null ? complain('is empty') : undefined;
  if (!text(field(tree, 'image')) && field(tree, 'build') === undefined)
    complain('needs the key "image" or "build"');
  checkBuild(name, tree, report);
  const mode = field(tree, 'network_mode');
  if (mode !== undefined && fields(field(tree, 'networks')).length > 0) {
    complain('has both network_mode and networks', mode.at);
  }
  refuseShared(name, tree, report);
  const replicas = number(fieldAt(tree, 'deploy', 'replicas')) ?? number(field(tree, 'scale')) ?? 1;
  const containerName = field(tree, 'container_name');
  if (containerName !== undefined && replicas > 1) {
    complain(
      'has a container_name, which only one container can have, and several replicas',
      containerName.at,
    );
  }
}

/** Namespaces of other services: the network's is known, these are not. */
function refuseShared(name: string, tree: Tree, report: Report): void {
  for (const key of ['ipc', 'pid']) {
    const shared = field(tree, key);
    if (text(shared)?.startsWith('service:') !== true) continue;
    const message = `services.${name}.${key}: the namespace of another service is not supported by orq`;
    report({ code: 'COMPOSE_UNSUPPORTED', message, position: shared?.at ?? tree.at });
  }
}

/** What of `build` only makes sense together with something else. */
function checkBuild(name: string, tree: Tree, report: Report): void {
  const build = field(tree, 'build');
  const inline = field(build, 'dockerfile_inline');
  if (inline !== undefined && field(build, 'dockerfile') !== undefined) {
    const message = `services.${name}.build has both dockerfile and dockerfile_inline`;
    report({ code: 'COMPOSE_INVALID', message, position: inline.at });
  }
  const policy = field(tree, 'pull_policy');
  if (build === undefined && text(policy) === 'build') {
    const message = `services.${name}.pull_policy is build, and the service has no build`;
    report({ code: 'COMPOSE_INVALID', message, position: policy?.at ?? tree.at });
  }
  if (build !== undefined && ['always', 'missing', 'if_not_present'].includes(text(policy) ?? '')) {
    const message = `services.${name}.pull_policy: "${text(policy)}" together with build is not supported by orq`;
    report({ code: 'COMPOSE_UNSUPPORTED', message, position: policy?.at ?? tree.at });
  }
}
