import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { ask } from '../backend/client.ts';
import type { Profile } from '../backend/types.ts';

/** All profiles, looked at again every few seconds. */
export function useProfiles() {
  return useQuery({
    queryKey: ['environment'],
    queryFn: ({ signal }) => ask<{ profiles: Profile[] }>('/environment', { signal }),
    refetchInterval: 4000,
  });
}

/** The profile that a view is about, in its address. */
export function useProfile(): string {
  const [search] = useSearchParams();
  const profiles = useProfiles();
  const up = profiles.data?.profiles.find(({ status }) =>
    status?.services.some(({ state }) => state === 'running'),
  );
  return search.get('profile') ?? up?.profile ?? 'orchestrator';
}

export function ProfileSelect() {
  const [, setSearch] = useSearchParams();
  const profile = useProfile();
  const names = useProfiles().data?.profiles.map((each) => each.profile) ?? [profile];
  return (
    <NativeSelect
      label="Profile"
      w={200}
      data={names}
      value={profile}
      onChange={({ currentTarget: { value } }) => setSearch({ profile: value })}
    />
  );
}
