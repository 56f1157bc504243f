import { Button, Card, Code, Group, List, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../backend/client.ts';
import type { Diagnosis as Report, Finding } from '../backend/types.ts';
import { ProfileSelect, useProfile } from '../components/profile-select.tsx';
import { Answer, Head } from '../components/states.tsx';
import { StatusBadge } from '../components/status-badge.tsx';

/** What is wrong with a profile, causes first, each with the command that cures it. */
export default function Diagnosis() {
  const profile = useProfile();
  const report = useQuery({
    queryKey: ['diagnosis', profile],
    queryFn: ({ signal }) => ask<Report>(`/environment/${encodeURIComponent(profile)}/diagnosis`, { signal }),
    staleTime: 60_000,
  });
  return (
    <>
      <Head title="Diagnosis">
        <Group align="flex-end">
          <ProfileSelect />
          <Button variant="default" loading={report.isFetching} onClick={() => void report.refetch()}>
            Look again
          </Button>
        </Group>
      </Head>
      <Answer query={report} empty="" isEmpty={() => false}>
        {({ findings, summary: { healthy, total }, durationMs }) => (
          <Stack>
            <Text>
              {healthy} of {total} services healthy, looked at in {Math.round(durationMs)} ms.
            </Text>
            {findings.length === 0 && <Text>Nothing is wrong.</Text>}
            {findings.map((finding) => (
              <FindingCard key={`${finding.id}:${finding.service}`} {...finding} />
            ))}
          </Stack>
        )}
      </Answer>
    </>
  );
}

function FindingCard({ id, severity, service, title, evidence, remedy, explainedBy }: Finding) {
  return (
    <Card withBorder radius="md">
      <Group mb="xs">
        <StatusBadge word={severity} />
        <Text size="sm">
          {id}
          {service === undefined ? '' : ` · ${service}`}
        </Text>
      </Group>
      <Title order={2} size="h5">
        {title}
      </Title>
      <List size="sm" my="xs">
        {evidence.map((line) => (
          <List.Item key={line} style={{ overflowWrap: 'anywhere' }}>
            {line}
          </List.Item>
        ))}
      </List>
      {explainedBy.length > 0 && <Text size="sm">Because of {explainedBy.join(', ')}</Text>}
      <Text size="sm">
        Remedy: <Code>{remedy.command}</Code>
      </Text>
    </Card>
  );
}
