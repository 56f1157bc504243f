import { AppShell, Burger, Button, Group, NavLink, Text, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { NavLink as RouterLink, useLocation } from 'react-router';
import type { User } from '../backend/client.ts';
import { useSession } from '../backend/session.tsx';
import { HealthBanner } from './health-banner.tsx';

const views = [
  { to: '/', label: 'Overview', admin: true },
  { to: '/images', label: 'Images', admin: false },
  { to: '/containers', label: 'Containers', admin: false },
  { to: '/billing', label: 'Billing', admin: false },
  { to: '/diagnosis', label: 'Diagnosis', admin: true },
  { to: '/backups', label: 'Backups', admin: true },
  { to: '/databases', label: 'Databases', admin: true },
  { to: '/replication', label: 'Replication', admin: true },
] as const;

/** Frame of every view. */
export function Shell({ user, children }: { readonly user: User; readonly children: ReactNode }) {
  const [opened, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <Text fw={700}>Orchestrator</Text>
          </Group>
          <Account user={user} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Views">
        {views
          .filter(({ admin }) => !admin || user.role === 'admin')
          .map(({ to, label }) => (
            <NavLink
              key={to}
              component={RouterLink}
              to={to}
              variant="filled"
              label={label}
              onClick={close}
              active={to === '/' ? pathname === '/' : pathname.startsWith(to)}
            />
          ))}
      </AppShell.Navbar>
      <AppShell.Main>
        <HealthBanner />
        {children}
      </AppShell.Main>
    </AppShell>
  );
}

function Account({ user }: { readonly user: User }) {
  const { leave } = useSession();
  const { toggleColorScheme } = useMantineColorScheme();
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" visibleFrom="sm">
        {user.username} ({user.role})
      </Text>
      <Button
        size="xs"
        variant="default"
        onClick={toggleColorScheme}
        aria-label="Switch between dark and light"
      >
        ◐
      </Button>
      <Button size="xs" variant="default" onClick={() => void leave()}>
        Log out
      </Button>
    </Group>
  );
}
