import { z } from 'zod';
import type { BackupSummary } from '../../../model/backup.ts';
import { OrqError } from '../../../model/errors.ts';
import type { Project } from '../../../model/project.ts';
import { backup } from '../../../operations/backup/backup.ts';
import { findBackups } from '../../../operations/backup/find-backups.ts';
import { redisRestorePlan, restoreRedis } from '../../../operations/backup/redis/restore-redis.ts';
import { restore, restorePlan } from '../../../operations/backup/restore.ts';
import { verify } from '../../../operations/backup/verify.ts';
import type { Platform } from '../platform.ts';
import type { ApiServer } from '../server/api-server.ts';
import { loadProfile, operate } from './profiles.ts';
import { backupSchema, restorePlanSchema } from './report-schemas.ts';
import { profileParams } from './status-routes.ts';

const minutes = 60_000;
const workMs = 10 * minutes;
const lockWaitMs = 10_000;
const fileParams = profileParams.extend({ file: z.string().min(1).max(255) });
const newBackup = z.object({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/)
    .optional(),
});
/** The name of the database, typed by whoever wants it replaced. */
const confirmation = z.object({ confirm: z.string().max(255) });

/** Backups of a profile: list, create, verify, and restore with its confirmation. For administrators. */
export function backupRoutes(app: ApiServer, platform: Platform): void {
  const tags = ['backups'];
  const list = z.object({ backups: z.array(backupSchema) });

  app.get(
    '/environment/:profile/backups',
    { schema: { tags, params: profileParams, response: { 200: list } } },
    async ({ params }) => {
      const found = await findBackups([await loadProfile(platform, params.profile)], undefined);
      return { backups: found.map(brief) };
    },
  );

  app.post(
    '/environment/:profile/backups',
    {
      schema: {
        tags,
        params: profileParams,
        body: newBackup,
        response: { 201: z.object({ files: z.array(z.string()) }) },
      },
    },
    async ({ params, body }, reply) => {
      const project = await loadProfile(platform, params.profile);
      const { name } = body;
      const made = await operate(platform, workMs, (context) =>
        backup(context, name === undefined ? { project } : { project, name }),
      );
      return reply.code(201).send({ files: made.map(({ file }) => file) });
    },
  );

  app.post(
    '/environment/:profile/backups/:file/verify',
    { schema: { tags, params: fileParams, response: { 200: z.object({ level: z.string() }) } } },
    async ({ params }) => {
      const { project, chosen } = await choose(platform, params);
      const { level } = await operate(platform, workMs, (context) =>
        verify(context, { project, backup: chosen, quick: false }),
      );
      return { level };
    },
  );

  app.get(
    '/environment/:profile/backups/:file/restore',
    { schema: { tags, params: fileParams, response: { 200: restorePlanSchema } } },
    async ({ params }) => {
      const wanted = await choose(platform, params);
      return operate(platform, workMs, (context) => planOf(context, wanted));
    },
  );

  app.post(
    '/environment/:profile/backups/:file/restore',
    {
      schema: {
        tags,
        params: fileParams,
        body: confirmation,
        response: {
          200: z.object({ database: z.string(), kept: z.string().nullable(), safety: z.string().nullable() }),
        },
      },
    },
    async ({ params, body }) => {
      const wanted = await choose(platform, params);
      const confirm = async ({ database }: { readonly database: string }): Promise<void> => {
        if (body.confirm === database) return;
        throw new OrqError({
          code: 'NOT_CONFIRMED',
          message: `Replacing ${database} was not confirmed.`,
          hint: `Send its name: { "confirm": "${database}" }`,
        });
      };
      const { database, kept, safety } = await operate(platform, workMs, (context) =>
        restoreOf(context, { ...wanted, confirm, lockWaitMs }),
      );
      return { database, kept, safety };
    },
  );
}

interface Chosen {
  readonly project: Project;
  readonly chosen: BackupSummary;
  readonly service: string;
}

/** By its exact name among those of the profile: no path comes from a request. Throws BACKUP_NOT_FOUND. */
async function choose(platform: Platform, params: z.infer<typeof fileParams>): Promise<Chosen> {
  const project = await loadProfile(platform, params.profile);
  const chosen = (await findBackups([project], undefined)).find(({ file }) => file === params.file);
  if (chosen?.manifest === undefined)
    throw new OrqError({
      code: 'BACKUP_NOT_FOUND',
      message: `${params.profile} has no backup ${params.file}.`,
    });
  return { project, chosen, service: chosen.manifest.service };
}

function planOf(context: Parameters<typeof restorePlan>[0], { project, chosen, service }: Chosen) {
  const request = { project, service, backup: chosen, lockWaitMs };
  return chosen.manifest?.kind === 'redis'
    ? redisRestorePlan(context, request)
    : restorePlan(context, request);
}

type Confirmed = Pick<Parameters<typeof restore>[1], 'confirm' | 'lockWaitMs'>;

function restoreOf(
  context: Parameters<typeof restore>[0],
  { project, chosen, service, ...confirmed }: Chosen & Confirmed,
) {
  const request = { project, service, backup: chosen, ...confirmed };
  return chosen.manifest?.kind === 'redis' ? restoreRedis(context, request) : restore(context, request);
}

function brief({ file, bytes, modifiedAt, manifest, proof }: BackupSummary): z.infer<typeof backupSchema> {
  return {
    file,
    bytes,
    modifiedAt,
    kind: manifest?.kind ?? null,
    service: manifest?.service ?? null,
    completedAt: manifest?.completedAt ?? null,
    name: manifest?.name ?? null,
    reason: manifest?.reason ?? null,
    proof: proof?.level ?? null,
  };
}
