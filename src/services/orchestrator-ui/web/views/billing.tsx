import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../backend/client.ts';
import type { Billing as Invoice, Page } from '../backend/types.ts';
import { money } from '../components/money.ts';
import { MonthChart } from '../components/month-chart.tsx';
import { Answer, Head } from '../components/states.tsx';

interface Prices {
  readonly cpuCoreHour: string;
  readonly memoryGibHour: string;
}

/** Invoices, what each month came to, and what running costs. */
export default function Billing() {
  const invoices = useQuery({
    queryKey: ['billings'],
    queryFn: ({ signal }) => ask<Page<Invoice>>('/billings?pageSize=100&sort=-created_at', { signal }),
    refetchInterval: 5000,
  });
  const prices = useQuery({
    queryKey: ['prices'],
    queryFn: ({ signal }) => ask<Prices>('/billings/prices', { signal }),
  });
  return (
    <>
      <Head title="Billing">
        {prices.data !== undefined && (
          <Text size="sm">
            {money(prices.data.cpuCoreHour)} for a core and {money(prices.data.memoryGibHour)} for a GiB of
            memory, by the hour of running.
          </Text>
        )}
      </Head>
      <Answer query={invoices} empty="Nothing to pay yet." isEmpty={({ items }) => items.length === 0}>
        {({ items }) => (
          <>
            <MonthChart invoices={items} />
            <Table mt="lg">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Month</Table.Th>
                  <Table.Th>User</Table.Th>
                  <Table.Th ta="right">Amount</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map(({ id, month, created_at, user_id, exact }) => (
                  <Table.Tr key={id}>
                    <Table.Td>{month ?? `${created_at.slice(0, 10)} (correction)`}</Table.Td>
                    <Table.Td>{user_id}</Table.Td>
                    <Table.Td ta="right" data-testid={month === null ? 'correction' : 'invoice'}>
                      {money(exact)}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </>
        )}
      </Answer>
    </>
  );
}
