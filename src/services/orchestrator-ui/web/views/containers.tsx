import { Anchor, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { ask } from '../backend/client.ts';
import type { Container, Page } from '../backend/types.ts';
import { Answer, Head } from '../components/states.tsx';
import { StatusBadge } from '../components/status-badge.tsx';

/** All containers with their figures. */
export default function Containers() {
  const containers = useQuery({
    queryKey: ['containers'],
    queryFn: ({ signal }) => ask<Page<Container>>('/containers?pageSize=100&sort=-created_at', { signal }),
    refetchInterval: 3000,
  });
  return (
    <>
      <Head title="Containers" />
      <Answer
        query={containers}
        empty="No containers yet: start one from an image."
        isEmpty={({ items }) => items.length === 0}
      >
        {({ items }) => (
          <Table.ScrollContainer
            minWidth={560}
            scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': 'Containers', role: 'region' } }}
          >
            <Table verticalSpacing="sm">
              <Table.Thead>
                <Table.Tr>
                  {['Name', 'Image', 'State', 'CPU', 'Memory', 'Port'].map((name) => (
                    <Table.Th key={name}>{name}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((container) => (
                  <Row key={container.id} {...container} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Answer>
    </>
  );
}

function Row({ id, name, image, status, cpu_usage, memory_usage, port, managed }: Container) {
  return (
    <Table.Tr>
      <Table.Td>
        {managed ? (
          <Anchor component={Link} to={`/containers/${id}`}>
            {name}
          </Anchor>
        ) : (
          <Text size="sm">{name} (sample)</Text>
        )}
      </Table.Td>
      <Table.Td>{image}</Table.Td>
      <Table.Td>
        <StatusBadge word={status ?? 'unknown'} />
      </Table.Td>
      <Table.Td>{cpu_usage}</Table.Td>
      <Table.Td>{memory_usage}</Table.Td>
      <Table.Td>{port}</Table.Td>
    </Table.Tr>
  );
}
