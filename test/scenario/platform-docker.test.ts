import { expect } from 'vitest';
import { eventually } from './embedded-sandbox.ts';
import { client } from './platform/client.ts';
import { copyProfile } from './platform/own-profile.ts';
import { images, test } from './sandbox.ts';

/** Looks at containers more often than a person needs. */
const quick = "services: { api: { environment: { SAMPLE_MS: '500' } } }\n";
const spin = { command: ['sh', '-c', 'echo spinning; while :; do :; done'] };

test('on Docker a busy image gets a second container, confined, and no user comes to the socket', async ({
  box,
}) => {
  const env = await copyProfile(box);
  const projectId = `${box.project}-b`;
  await box.write('compose/orchestrator/compose.debug.yaml', quick);
  const [name = '', tag = 'latest'] = images.service.split(':');
  try {
    const up = await box.orq(['up', 'postgres', 'redis', 'api'], { env });
    expect(up, up.stderr).toMatchObject({ code: 0 });
    const admin = await client({ env }, 'testuser', 'testpassword');
    const image = {
      name,
      tag,
      cpu_limit: '0.02',
      memory_limit: '32m',
      min_instances: 1,
      max_instances: 2,
      ...spin,
    };
    const created = await admin.ask('POST', '/images', image);
    expect(created, JSON.stringify(created.body)).toMatchObject({ status: 201 });
    const { id } = created.body;
    const started = await admin.ask('POST', `/images/${id}/containers`);
    expect(started, JSON.stringify(started.body)).toMatchObject({ status: 201 });

    const labels = { 'dev.orq.platform': box.project };
    const [container] = await box.engine.listContainers({ labels });
    const details = await box.engine.inspectContainer(container?.id ?? '');
    expect(details).toMatchObject({ state: 'running', mounts: [] });
    const log = async (): Promise<string> =>
      JSON.stringify((await admin.ask('GET', `/containers/${started.body.id}/logs`)).body);
    await eventually(async () => (await log()).includes('spinning'), 'its log');
    await eventually(
      async () => (await admin.ask('GET', `/images/${id}`)).body.instances === 2,
      'a second one',
    );
    const stats = await box.engine.stats(container?.id ?? '');
    expect(stats.memoryLimitBytes).toBe(32 * 1024 * 1024);
    const diagnosis = await admin.ask('GET', '/environment/orchestrator/diagnosis');
    const drifted = diagnosis.body.findings.filter(
      (finding: { id: string }) => finding.id === 'CONFIG_DRIFT',
    );
    expect(drifted).toEqual([]);
    const api = (await box.containers())['api'];
    // Its diagnosis asks services that speak ZeroMQ.
    const command = ['node', '-e', "import('zeromq')"];
    expect(await box.engine.exec(api?.id ?? '', { command })).toBe(0);
    const backup = await admin.ask('POST', '/environment/orchestrator/backups', {});
    expect(backup, JSON.stringify(backup.body)).toMatchObject({ status: 201 });

    const made = await admin.ask('POST', '/environment/databases', { projectId });
    expect(made, JSON.stringify(made.body)).toMatchObject({ status: 201 });
    const filled = await box.orq(['psql', projectId, '-c', 'CREATE TABLE posts ()'], { env });
    expect(filled, filled.stderr).toMatchObject({ code: 0 });
    const deleted = await admin.ask('DELETE', `/environment/databases/${projectId}`);
    expect(deleted, JSON.stringify(deleted.body)).toMatchObject({ status: 204 });
    const undone = await box.orq(['undo', '--yes'], { env });
    expect(undone, undone.stderr).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`back to before orq db delete ${projectId}`),
    });
  } finally {
    await box.orq(['db', 'delete', projectId, '--yes', '--no-backup'], { env });
    for (const { id } of await box.engine.listContainers({ labels: { 'dev.orq.platform': box.project } }))
      await box.engine.removeContainer(id, { anonymousVolumes: true });
    await box.orq(['down', '--volumes', '--no-backup'], { env });
  }
});
