import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { ask } from '../backend/client.ts';
import { Failure } from '../components/states.tsx';

const fields = [
  { name: 'name', label: 'Image', placeholder: 'nginx', required: true },
  { name: 'tag', label: 'Tag', defaultValue: 'latest', required: true },
  { name: 'cpu_limit', label: 'Cores', defaultValue: '0.5', required: true },
  { name: 'memory_limit', label: 'Memory', defaultValue: '512m', required: true },
  { name: 'min_instances', label: 'At least', defaultValue: '0', type: 'number', required: true },
  { name: 'max_instances', label: 'At most', defaultValue: '1', type: 'number', required: true },
  { name: 'port', label: 'Port inside', type: 'number', required: false },
  { name: 'command', label: 'Command, words divided by spaces', required: false },
] as const;

/** A form for a new image record. */
export function NewImage({ done }: { readonly done: () => void }) {
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: (form: FormData) => ask('/images', { method: 'POST', body: bodyOf(form) }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['images'] });
      done();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    create.mutate(new FormData(event.currentTarget));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {create.isError && <Failure error={create.error} />}
        {fields.map((field) => (
          <TextInput key={field.name} {...field} />
        ))}
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function bodyOf(form: FormData): object {
  const text = (name: string): string => String(form.get(name) ?? '').trim();
  const command = text('command');
  return {
    name: text('name'),
    tag: text('tag'),
    cpu_limit: text('cpu_limit'),
    memory_limit: text('memory_limit'),
    min_instances: Number(text('min_instances')),
    max_instances: Number(text('max_instances')),
    port: text('port') === '' ? null : Number(text('port')),
    command: command === '' ? [] : command.split(/\s+/),
  };
}
