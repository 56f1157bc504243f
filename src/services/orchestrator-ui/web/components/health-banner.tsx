import { Alert, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEvents } from '../backend/event-stream.ts';
import type { Readiness } from '../backend/types.ts';

const parts = [
  ['database', 'PostgreSQL'],
  ['redis', 'Redis'],
  ['engine', 'The engine'],
] as const;

/** Says what of the platform does not answer, and goes away when it does again. */
export function HealthBanner() {
  const queries = useQueryClient();
  const ready = useQuery({ queryKey: ['ready'], queryFn: readiness, refetchInterval: 3000, retry: false });
  useEvents('/events', ({ type }) => {
    if (type === 'health') void queries.invalidateQueries({ queryKey: ['ready'] });
    if (type === 'containers-changed' || type === 'scaled') {
      void queries.invalidateQueries({ queryKey: ['containers'] });
      void queries.invalidateQueries({ queryKey: ['images'] });
    }
    if (type === 'billing') void queries.invalidateQueries({ queryKey: ['billings'] });
  });
  const problems = ready.isError ? ['The API does not answer'] : downParts(ready.data);
  return (
    <Stack gap="xs" mb={problems.length === 0 ? 0 : 'md'} role="status" aria-live="polite">
      {problems.map((problem) => (
        <Alert key={problem} color="red" variant="outline" title={problem} />
      ))}
    </Stack>
  );
}

/** Answered with 503 when the database is away, with the same body. */
async function readiness({ signal }: { readonly signal: AbortSignal }): Promise<Readiness> {
  const response = await fetch('/api/ready', { signal });
  const answer: Partial<Readiness> = await response.json();
  if (answer.parts === undefined) throw new Error('The API does not answer');
  return { parts: answer.parts };
}

function downParts(ready: Readiness | undefined): readonly string[] {
  if (ready === undefined) return [];
  return parts.flatMap(([part, name]) => (ready.parts[part].ok ? [] : [`${name} does not answer`]));
}
