import { Button, Center, Paper, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useSession } from '../backend/session.tsx';
import { Failure } from '../components/states.tsx';

/** Name and password. */
export function Login() {
  const { enter } = useSession();
  const login = useMutation({
    mutationFn: (form: FormData) => enter(textOf(form, 'username'), textOf(form, 'password')),
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    login.mutate(new FormData(event.currentTarget));
  };
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" radius="md" w="100%" maw={380}>
        <form onSubmit={submit}>
          <Stack>
            <Title order={1} size="h2">
              Orchestrator
            </Title>
            {login.isError && <Failure error={login.error} />}
            <TextInput name="username" label="User name" autoComplete="username" required />
            <PasswordInput name="password" label="Password" autoComplete="current-password" required />
            <Button type="submit" loading={login.isPending}>
              Log in
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
