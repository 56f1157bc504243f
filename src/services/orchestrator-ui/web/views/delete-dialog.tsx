import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../backend/client.ts';
import { Failure } from '../components/states.tsx';

/** The database of a project goes once its name was typed. */
export function DeleteDialog({
  projectId,
  close,
}: {
  readonly projectId: string;
  readonly close: () => void;
}) {
  const [typed, setTyped] = useState('');
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => ask(`/environment/databases/${projectId}`, { method: 'DELETE' }),
    onSuccess: close,
    onSettled: () => queries.invalidateQueries({ queryKey: ['databases'] }),
  });
  return (
    <Modal
      opened
      onClose={close}
      title={`Delete the database of ${projectId}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        <Text size="sm">It is backed up first, and goes with all its data. orq undo brings it back.</Text>
        {remove.isError && <Failure error={remove.error} />}
        <TextInput
          label={`Type ${projectId} to delete it`}
          value={typed}
          onChange={({ currentTarget: { value } }) => setTyped(value)}
        />
        <Button
          color="red.9"
          disabled={typed !== projectId}
          loading={remove.isPending}
          onClick={() => remove.mutate()}
        >
          Delete {projectId}
        </Button>
        <Button variant="default" onClick={close}>
          Leave it as it is
        </Button>
      </Stack>
    </Modal>
  );
}
