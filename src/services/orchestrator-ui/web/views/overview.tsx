import { Anchor, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import type { Profile, Service } from '../backend/types.ts';
import { useProfiles } from '../components/profile-select.tsx';
import { Answer, Head } from '../components/states.tsx';
import { StatusBadge } from '../components/status-badge.tsx';

/** Every profile with the health of its services, as it is now. */
export default function Overview() {
  const profiles = useProfiles();
  return (
    <>
      <Head title="Overview" />
      <Answer
        query={profiles}
        empty="There are no profiles."
        isEmpty={({ profiles: all }) => all.length === 0}
      >
        {({ profiles: all }) => (
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            {all.map((profile) => (
              <ProfileCard key={profile.profile} {...profile} />
            ))}
          </SimpleGrid>
        )}
      </Answer>
    </>
  );
}

function ProfileCard({ profile, status, problem }: Profile) {
  const services = status?.services ?? [];
  const runs = services.some(({ state }) => state !== 'missing' && state !== 'unsupported');
  return (
    <Card withBorder radius="md">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          {profile}
        </Title>
        {status !== null && <Text size="sm">{runs ? `${status.engine}, ${status.mode}` : 'down'}</Text>}
      </Group>
      {problem !== null && <Text size="sm">{problem}</Text>}
      {runs && (
        <Stack gap="xs">
          {services.map((service) => (
            <ServiceLine key={service.service} profile={profile} {...service} />
          ))}
        </Stack>
      )}
    </Card>
  );
}

function ServiceLine({ profile, service, state, health, url }: Service & { readonly profile: string }) {
  const there = state !== 'missing' && state !== 'unsupported';
  return (
    <Group justify="space-between" wrap="nowrap">
      <Stack gap={0}>
        {there ? (
          <Anchor component={Link} to={`/services/${profile}/${service}`}>
            {service}
          </Anchor>
        ) : (
          <Text>{service}</Text>
        )}
        {url?.startsWith('http') === true && (
          <Anchor size="xs" href={url} c="inherit" underline="always">
            {url}
          </Anchor>
        )}
      </Stack>
      <StatusBadge word={health === 'none' ? state : health} />
    </Group>
  );
}
