import { Group, Stack, Text } from '@mantine/core';
import type { Billing } from '../backend/types.ts';

/** One bar for each month; the amounts stand beside the bars. */
export function MonthChart({ invoices }: { readonly invoices: readonly Billing[] }) {
  const months = new Map<string, number>();
  for (const { month, created_at, exact } of invoices) {
    const key = month ?? created_at.slice(0, 7);
    months.set(key, (months.get(key) ?? 0) + Number(exact));
  }
  const rows = [...months].sort(([a], [b]) => (a < b ? -1 : 1)).slice(-12);
  const highest = Math.max(...rows.map(([, amount]) => amount), 0.000001);
  return (
    <Stack gap="xs" role="list" aria-label="Amount of each month">
      {rows.map(([month, amount]) => (
        <Group key={month} gap="sm" wrap="nowrap" role="listitem">
          <Text size="sm" w={70}>
            {month}
          </Text>
          <div style={{ flex: 1 }}>
            <div
              aria-hidden
              style={{
                height: 18,
                minWidth: 2,
                width: `${(amount / highest) * 100}%`,
                background: 'var(--mantine-color-teal-6)',
                borderRadius: 4,
              }}
            />
          </div>
          <Text size="sm" w={100} ta="right">
            ${amount.toFixed(4)}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
