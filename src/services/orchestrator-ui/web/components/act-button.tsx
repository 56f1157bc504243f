import { Button, type ButtonProps, Stack } from '@mantine/core';
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { Failure } from './states.tsx';

/** A button that does something at the API, shows that it is at work, and what went wrong. */
export function ActButton({
  act,
  refresh,
  children,
  ...button
}: {
  readonly act: () => Promise<unknown>;
  /** What is looked at again afterwards. */
  readonly refresh: QueryKey;
  readonly children: string;
  readonly 'aria-label'?: string;
} & Pick<ButtonProps, 'color' | 'variant' | 'disabled' | 'size'>) {
  const queries = useQueryClient();
  const work = useMutation({
    mutationFn: act,
    onSettled: () => queries.invalidateQueries({ queryKey: refresh }),
  });
  return (
    <Stack gap={4} align="flex-start">
      <Button size="xs" variant="default" {...button} loading={work.isPending} onClick={() => work.mutate()}>
        {children}
      </Button>
      {work.isError && <Failure error={work.error} />}
    </Stack>
  );
}
