import { Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ApiError, ask } from '../backend/client.ts';
import type { Member, Replication as Report } from '../backend/types.ts';
import { ProfileSelect, useProfile } from '../components/profile-select.tsx';
import { Answer, Head } from '../components/states.tsx';
import { StatusBadge } from '../components/status-badge.tsx';

/** The primary, its replicas, and how far behind each is. */
export default function Replication() {
  const profile = useProfile();
  const report = useQuery({
    queryKey: ['replication', profile],
    queryFn: ({ signal }) => readReport(profile, signal),
    refetchInterval: 2000,
  });
  return (
    <>
      <Head title="Replication">
        <ProfileSelect />
      </Head>
      <Answer
        query={report}
        empty="Nothing in this profile replicates."
        isEmpty={({ members }) => members.length < 2}
      >
        {({ members, inSync }) => (
          <Stack>
            <Text>{outlook(members, inSync)}</Text>
            {[...members].sort(primaryFirst).map((member) => (
              <MemberCard key={member.service} {...member} />
            ))}
          </Stack>
        )}
      </Answer>
    </>
  );
}

function outlook(members: readonly Member[], inSync: boolean): string {
  if (members.every(({ state }) => state !== 'running')) return 'None of them runs.';
  return inSync ? 'A failover now would lose nothing.' : 'A failover now could lose something.';
}

/** A profile that replicates nothing is no error here. */
async function readReport(profile: string, signal: AbortSignal): Promise<Report> {
  try {
    return await ask<Report>(`/environment/${encodeURIComponent(profile)}/replication`, { signal });
  } catch (error) {
    if (error instanceof ApiError && error.code === 'USAGE')
      return { members: [], inSync: false, healthy: false };
    throw error;
  }
}

function primaryFirst(a: Member, b: Member): number {
  return Number(b.role === 'primary') - Number(a.role === 'primary');
}

function MemberCard({ service, role, state, replication, lagBytes, lagSeconds, detail }: Member) {
  const lag =
    lagBytes === undefined ? undefined : `${lagBytes} bytes, ${(lagSeconds ?? 0).toFixed(1)} s behind`;
  return (
    <Group wrap="nowrap" align="center">
      {role !== 'primary' && (
        <Text aria-hidden size="xl">
          ↳
        </Text>
      )}
      <Card withBorder radius="md" style={{ flex: 1 }}>
        <Group justify="space-between">
          <Title order={2} size="h5">
            {service}
          </Title>
          <StatusBadge word={role === 'primary' ? 'primary' : (replication ?? state)} />
        </Group>
        <Text size="sm">{lag ?? detail}</Text>
      </Card>
    </Group>
  );
}
