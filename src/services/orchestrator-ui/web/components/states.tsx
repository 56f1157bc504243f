import { Alert, Button, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '../backend/client.ts';

/** One of four: loading, an error with a way to try again, nothing there, or the content. */
export function Answer<Data>({
  query,
  empty,
  isEmpty,
  children,
}: {
  readonly query: UseQueryResult<Data>;
  readonly empty: ReactNode;
  readonly isEmpty: (data: Data) => boolean;
  readonly children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return isEmpty(query.data) ? <Empty>{empty}</Empty> : children(query.data);
  if (query.isError) return <Failure error={query.error} again={() => void query.refetch()} />;
  return (
    <Stack role="status" aria-label="Loading">
      {['a', 'b', 'c'].map((key) => (
        <Skeleton key={key} height={48} radius="md" />
      ))}
    </Stack>
  );
}

function Empty({ children }: { readonly children: ReactNode }) {
  return (
    <Paper withBorder p="xl" radius="md">
      <Text ta="center">{children}</Text>
    </Paper>
  );
}

/** What went wrong, in the API's own words. */
export function Failure({ error, again }: { readonly error: Error; readonly again?: () => void }) {
  const hint = error instanceof ApiError ? error.hint : undefined;
  return (
    <Alert color="red" variant="outline" title={error.message} role="alert">
      <Stack gap="xs" align="flex-start">
        {hint !== undefined && <Text size="sm">{hint}</Text>}
        {again !== undefined && (
          <Button size="xs" variant="default" onClick={again}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** Head of a view, with what can be done in it. */
export function Head({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <Stack gap="sm" mb="md">
      <Title order={1} size="h2">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
