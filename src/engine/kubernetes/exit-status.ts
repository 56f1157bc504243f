import { z } from 'zod';
import { OrqError } from '../../model/errors.ts';

/** What the last message of a command's channel says. */
const shape = z.object({
  status: z.string(),
  message: z.string().default(''),
  details: z
    .object({
      causes: z.array(z.object({ reason: z.string().default(''), message: z.string().default('') })),
    })
    .optional(),
});

/** Exit code of a command. Throws ENGINE_FAILED when it was cut off, or could not be run. */
export function exitCodeOf(status: Buffer | undefined, program: string): number {
  const told = shape.safeParse(JSON.parse(status?.toString('utf8') ?? '{}')).data;
  if (told?.status === 'Success') return 0;
  const code = told?.details?.causes.find(({ reason }) => reason === 'ExitCode')?.message;
  if (code !== undefined) return Number(code);
  throw new OrqError({
    code: 'ENGINE_FAILED',
    message: `${program} was cut off, or could not be run in its Pod.`,
    detail: told?.message ?? 'The connection to the API server ended before the command did.',
    hint: 'kubectl get pods',
  });
}
