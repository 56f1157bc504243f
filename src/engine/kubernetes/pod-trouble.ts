import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { servingPod } from './pods.ts';

/** Why a Pod is not ready, in words. */
export interface Trouble {
  readonly text: string;
  /** Waiting does not help. */
  readonly final: boolean;
}

/** Reasons for which a container waits (kubelet), with what they mean. */
const waiting: Readonly<Record<string, { readonly text: string; readonly final: boolean }>> = {
  ErrImagePull: { text: 'the image cannot be pulled', final: false },
  ImagePullBackOff: { text: 'the image cannot be pulled', final: true },
  InvalidImageName: { text: 'the name of the image is invalid', final: true },
  ErrImageNeverPull: { text: 'the image is not on the node', final: true },
  CreateContainerConfigError: { text: 'the container cannot be made', final: true },
  CreateContainerError: { text: 'the container cannot be made', final: false },
  CrashLoopBackOff: { text: 'the server ends as soon as it is started', final: true },
};

/** What keeps a database from being ready; undefined when nothing but time is known to be missing. */
export function troubleOf(pods: readonly V1Pod[]): Trouble | undefined {
  const [pod] = [servingPod(pods), ...pods].filter((each) => each !== undefined);
  if (pod === undefined) return { text: 'there is no Pod yet', final: false };
  const status = pod.status?.containerStatuses?.[0] ?? pod.status?.initContainerStatuses?.[0];
  return ofContainer(status) ?? unscheduled(pod) ?? evicted(pod);
}

function ofContainer(status: V1ContainerStatus | undefined): Trouble | undefined {
  const { reason, message } = status?.state?.waiting ?? {};
  const known = waiting[reason ?? ''];
  if (known !== undefined) {
    const text = [known.text, exitText(status), message].filter(Boolean).join(': ');
    return { text: `${text} (${reason})`, final: known.final };
  }
  const ended = exitText(status);
  return ended === '' ? undefined : { text: `the server ended: ${ended}`, final: false };
}

function exitText(status: V1ContainerStatus | undefined): string {
  const ended = status?.state?.terminated ?? status?.lastState?.terminated;
  // Jobs that made the data are through.
  if (ended === undefined || ended.exitCode === 0) return '';
  return `exit code ${ended.exitCode}${ended.reason === undefined ? '' : ` (${ended.reason})`}`;
}

function unscheduled({ status }: V1Pod): Trouble | undefined {
  const condition = status?.conditions?.find(
    ({ type, status: is }) => type === 'PodScheduled' && is === 'False',
  );
  if (condition === undefined) return undefined;
  return {
    text: `no node takes the Pod: ${condition.message ?? ''} (${condition.reason ?? 'Unschedulable'})`,
    final: false,
  };
}

function evicted({ status }: V1Pod): Trouble | undefined {
  if (status?.phase !== 'Failed') return undefined;
  return { text: `the Pod failed: ${status.message ?? ''} (${status.reason ?? 'Failed'})`, final: false };
}
