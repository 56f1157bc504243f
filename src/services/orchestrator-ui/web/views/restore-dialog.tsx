import { Modal, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '../backend/client.ts';
import type { RestorePlan } from '../backend/types.ts';
import { Answer, Failure } from '../components/states.tsx';
import { TypedConfirmation } from '../components/typed-confirmation.tsx';

/** What a restore would replace; it happens once the name of the database was typed. */
export function RestoreDialog({
  base,
  file,
  close,
}: {
  readonly base: string;
  readonly file: string;
  readonly close: () => void;
}) {
  const path = `${base}/${encodeURIComponent(file)}/restore`;
  const plan = useQuery({
    queryKey: ['restore', file],
    queryFn: ({ signal }) => ask<RestorePlan>(path, { signal }),
  });
  return (
    <Modal
      opened
      onClose={close}
      title={`Restore ${file}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
      size="lg"
    >
      <Answer query={plan} empty="" isEmpty={() => false}>
        {(found) => <Confirmation plan={found} path={path} close={close} />}
      </Answer>
    </Modal>
  );
}

function Confirmation({
  plan: { database, tables, notes },
  path,
  close,
}: {
  readonly plan: RestorePlan;
  readonly path: string;
  readonly close: () => void;
}) {
  const queries = useQueryClient();
  const restore = useMutation({
    mutationFn: (typed: string) => ask(path, { method: 'POST', body: { confirm: typed } }),
    onSuccess: () => queries.invalidateQueries(),
  });
  if (restore.isSuccess)
    return <Text role="status">{database} has been restored; the one from before is kept.</Text>;
  return (
    <Stack>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Table</Table.Th>
            <Table.Th>Rows now</Table.Th>
            <Table.Th>Rows in the backup</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tables.map(({ table, now, backup }) => (
            <Table.Tr key={table}>
              <Table.Td>{table}</Table.Td>
              <Table.Td>{now ?? '–'}</Table.Td>
              <Table.Td>{backup ?? '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {notes.map((note) => (
        <Text key={note} size="sm">
          {note}
        </Text>
      ))}
      {restore.isError && <Failure error={restore.error} />}
      <TypedConfirmation
        name={database}
        verb="Replace"
        loading={restore.isPending}
        act={(typed) => restore.mutate(typed)}
        close={close}
      />
    </Stack>
  );
}
