import { Button, Card, Group, SimpleGrid, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../backend/client.ts';
import type { Database } from '../backend/types.ts';
import { Answer, Failure, Head } from '../components/states.tsx';
import { StatusBadge } from '../components/status-badge.tsx';
import { DeleteDialog } from './delete-dialog.tsx';

/** Databases of projects. */
export default function Databases() {
  const [id, setId] = useState('');
  const queries = useQueryClient();
  const databases = useQuery({
    queryKey: ['databases'],
    queryFn: ({ signal }) => ask<{ databases: Database[] }>('/environment/databases', { signal }),
  });
  const create = useMutation({
    mutationFn: () => ask('/environment/databases', { method: 'POST', body: { projectId: id } }),
    onSuccess: () => setId(''),
    onSettled: () => queries.invalidateQueries({ queryKey: ['databases'] }),
  });
  return (
    <>
      <Head title="Databases">
        <Group align="flex-end">
          <TextInput
            label="Project"
            placeholder="my-project"
            value={id}
            onChange={({ currentTarget: { value } }) => setId(value)}
          />
          <Button loading={create.isPending} disabled={id === ''} onClick={() => create.mutate()}>
            Create a database
          </Button>
        </Group>
        {create.isError && <Failure error={create.error} />}
      </Head>
      <Answer
        query={databases}
        empty="No project has a database yet."
        isEmpty={(data) => data.databases.length === 0}
      >
        {(data) => (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            {data.databases.map((database) => (
              <DatabaseCard key={database.projectId} {...database} />
            ))}
          </SimpleGrid>
        )}
      </Answer>
    </>
  );
}

function DatabaseCard({ projectId, status, postgresVersion, host, port, user }: Database) {
  const [isAsked, setIsAsked] = useState(false);
  return (
    <Card withBorder radius="md">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {projectId}
        </Title>
        <StatusBadge word={status} />
      </Group>
      <Text size="sm">PostgreSQL {postgresVersion}</Text>
      <Text size="sm" mb="sm" style={{ overflowWrap: 'anywhere' }}>
        {user}@{host}:{port}
      </Text>
      <Button
        size="xs"
        variant="default"
        onClick={() => setIsAsked(true)}
        aria-label={`Delete the database of ${projectId}`}
      >
        Delete
      </Button>
      {isAsked && <DeleteDialog projectId={projectId} close={() => setIsAsked(false)} />}
    </Card>
  );
}
