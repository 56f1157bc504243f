import { Button, Card, Group, Modal, SimpleGrid, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../backend/client.ts';
import type { Image, Page } from '../backend/types.ts';
import { ActButton } from '../components/act-button.tsx';
import { Answer, Head } from '../components/states.tsx';
import { NewImage } from './new-image.tsx';

/** Image records: what containers are made from, and how many. */
export default function Images() {
  const [opened, { open, close }] = useDisclosure();
  const images = useQuery({
    queryKey: ['images'],
    queryFn: ({ signal }) => ask<Page<Image>>('/images?pageSize=100&sort=-created_at', { signal }),
  });
  return (
    <>
      <Head title="Images">
        <Group>
          <Button onClick={open}>New image</Button>
        </Group>
      </Head>
      <Modal opened={opened} onClose={close} title="New image" closeButtonProps={{ 'aria-label': 'Close' }}>
        <NewImage done={close} />
      </Modal>
      <Answer query={images} empty="No images yet." isEmpty={({ items }) => items.length === 0}>
        {({ items }) => (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            {items.map((image) => (
              <ImageCard key={image.id} {...image} />
            ))}
          </SimpleGrid>
        )}
      </Answer>
    </>
  );
}

function ImageCard({
  id,
  name,
  tag,
  instances,
  min_instances,
  max_instances,
  cpu_limit,
  memory_limit,
}: Image) {
  const title = `${name}:${tag}`;
  return (
    <Card withBorder radius="md">
      <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
        {title}
      </Title>
      <Text size="sm">
        {instances} running, between {min_instances} and {max_instances}
      </Text>
      <Text size="sm" mb="sm">
        {cpu_limit ?? '0.5'} cores, {memory_limit ?? '512m'}
      </Text>
      <Group>
        <ActButton
          act={() => ask(`/images/${id}/containers`, { method: 'POST' })}
          refresh={['images']}
          variant="filled"
          aria-label={`Start a container of ${title}`}
        >
          Start a container
        </ActButton>
        <ActButton
          act={() => ask(`/images/${id}`, { method: 'DELETE' })}
          refresh={['images']}
          aria-label={`Delete ${title}`}
        >
          Delete
        </ActButton>
      </Group>
    </Card>
  );
}
