import { Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { ask } from '../backend/client.ts';
import { useEvents } from '../backend/event-stream.ts';
import type { Container, Live } from '../backend/types.ts';
import { ActButton } from '../components/act-button.tsx';
import { LiveChart } from '../components/live-chart.tsx';
import { LogView } from '../components/log-view.tsx';
import { Answer, Head } from '../components/states.tsx';
import { StatusBadge } from '../components/status-badge.tsx';

const keptPoints = 120;
const mebibyte = 1024 * 1024;

/** One container: its figures as they come, its log, and what can be done to it. */
export default function ContainerPage() {
  const { id = '' } = useParams();
  const container = useQuery({
    queryKey: ['containers', id],
    queryFn: ({ signal }) => ask<Container>(`/containers/${id}`, { signal }),
  });
  return (
    <>
      {container.data === undefined && <Head title="Container" />}
      <Answer query={container} empty="" isEmpty={() => false}>
        {(found) => <Details key={found.id} container={found} />}
      </Answer>
    </>
  );
}

function Details({ container: { id, name, image, status } }: { readonly container: Container }) {
  const points = useLive(id);
  const navigate = useNavigate();
  const act = (word: 'start' | 'stop') => () => ask(`/containers/${id}/${word}`, { method: 'POST' });
  const remove = async (): Promise<void> => {
    await ask(`/containers/${id}`, { method: 'DELETE' });
    await navigate('/containers');
  };
  return (
    <Stack>
      <Head title={name}>
        <Group>
          <StatusBadge word={status ?? 'unknown'} />
          <Text size="sm">{image}</Text>
        </Group>
        <Group>
          <ActButton act={act('start')} refresh={['containers']} disabled={status === 'running'}>
            Start
          </ActButton>
          <ActButton act={act('stop')} refresh={['containers']} disabled={status !== 'running'}>
            Stop
          </ActButton>
          <ActButton act={remove} refresh={['containers']} color="red.9" variant="filled">
            Remove
          </ActButton>
        </Group>
      </Head>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <LiveChart
          label="CPU"
          unit="% of a core"
          points={points.map(({ at, cpu }) => ({ at, value: cpu }))}
        />
        <LiveChart
          label="Memory"
          unit="MiB"
          points={points.map(({ at, memory }) => ({ at, value: memory }))}
        />
      </SimpleGrid>
      <Title order={2} size="h4">
        Log
      </Title>
      <LogView path={`/containers/${id}/logs/stream`} label={`Log of ${name}`} />
    </Stack>
  );
}

function useLive(id: number) {
  const [points, setPoints] = useState<readonly { at: number; cpu: number; memory: number }[]>([]);
  useEvents('/events', ({ type, data }) => {
    const live = type === 'container' ? liveOf(data) : undefined;
    if (live?.id !== id) return;
    const point = {
      at: Date.parse(live.at) / 1000,
      cpu: live.cpuPercent,
      memory: live.memoryBytes / mebibyte,
    };
    setPoints((before) => [...before.slice(-keptPoints), point]);
  });
  return points;
}

function liveOf(data: unknown): Live | undefined {
  return typeof data === 'object' && data !== null && 'live' in data && isLive(data.live)
    ? data.live
    : undefined;
}

function isLive(value: unknown): value is Live {
  return typeof value === 'object' && value !== null && 'cpuPercent' in value && 'memoryBytes' in value;
}
