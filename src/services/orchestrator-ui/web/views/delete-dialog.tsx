import { Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ask } from '../backend/client.ts';
import { Failure } from '../components/states.tsx';
import { TypedConfirmation } from '../components/typed-confirmation.tsx';

/** The database of a project goes once its name was typed. */
export function DeleteDialog({
  projectId,
  close,
}: {
  readonly projectId: string;
  readonly close: () => void;
}) {
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
        <TypedConfirmation
          name={projectId}
          verb="Delete"
          loading={remove.isPending}
          act={() => remove.mutate()}
          close={close}
        />
      </Stack>
    </Modal>
  );
}
