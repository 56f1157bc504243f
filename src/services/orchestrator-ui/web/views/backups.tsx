import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../backend/client.ts';
import type { Backup } from '../backend/types.ts';
import { ActButton } from '../components/act-button.tsx';
import { ProfileSelect, useProfile } from '../components/profile-select.tsx';
import { Answer, Head } from '../components/states.tsx';
import { StatusBadge } from '../components/status-badge.tsx';
import { RestoreDialog } from './restore-dialog.tsx';

/** Backups of a profile: make, prove, bring back. */
export default function Backups() {
  const profile = useProfile();
  const base = `/environment/${encodeURIComponent(profile)}/backups`;
  const [chosen, setChosen] = useState<string>();
  const backups = useQuery({
    queryKey: ['backups', profile],
    queryFn: ({ signal }) => ask<{ backups: Backup[] }>(base, { signal }),
  });
  return (
    <>
      <Head title="Backups">
        <Group align="flex-end">
          <ProfileSelect />
          <ActButton
            act={() => ask(base, { method: 'POST', body: {} })}
            refresh={['backups', profile]}
            variant="filled"
            size="sm"
          >
            Back up now
          </ActButton>
        </Group>
      </Head>
      {chosen !== undefined && <RestoreDialog base={base} file={chosen} close={() => setChosen(undefined)} />}
      <Answer query={backups} empty="No backups yet." isEmpty={({ backups: all }) => all.length === 0}>
        {({ backups: all }) => (
          <Stack>
            {all.toReversed().map((backup) => (
              <BackupCard
                key={backup.file}
                base={base}
                backup={backup}
                restore={() => setChosen(backup.file)}
              />
            ))}
          </Stack>
        )}
      </Answer>
    </>
  );
}

function BackupCard({
  base,
  backup: { file, bytes, service, completedAt, reason, proof },
  restore,
}: {
  readonly base: string;
  readonly backup: Backup;
  readonly restore: () => void;
}) {
  const path = `${base}/${encodeURIComponent(file)}`;
  return (
    <Card withBorder radius="md">
      <Group justify="space-between">
        <Stack gap={0}>
          <Title order={2} size="h5" style={{ overflowWrap: 'anywhere' }}>
            {file}
          </Title>
          <Text size="sm">
            {service ?? 'unknown'}, {reason ?? ''}, {(bytes / 1024).toFixed(1)} KiB,{' '}
            {completedAt === null ? '' : new Date(completedAt).toLocaleString()}
          </Text>
        </Stack>
        <Group>
          {proof !== null && <StatusBadge word={proof} />}
          <ActButton
            act={() => ask(`${path}/verify`, { method: 'POST' })}
            refresh={['backups']}
            aria-label={`Verify ${file}`}
          >
            Verify
          </ActButton>
          <Button size="xs" variant="default" onClick={restore} aria-label={`Restore ${file}`}>
            Restore
          </Button>
        </Group>
      </Group>
    </Card>
  );
}
