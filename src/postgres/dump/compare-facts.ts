import type { DatabaseFacts } from '../../model/backup.ts';
import { tableKey } from './copy-target.ts';
import { groupRows } from './group-rows.ts';

type Counted = Pick<DatabaseFacts, 'tables' | 'sequences' | 'largeObjects' | 'extensions'>;

/** What a loaded database lacks against the recorded one, one line each. */
export function differences(loaded: Counted, recorded: Counted): readonly string[] {
  const rows = new Map(loaded.tables.map(({ schema, name, rows }) => [tableKey(schema, name), rows]));
  const values = new Map(
    loaded.sequences.map((state) => [`${state.schema}.${state.name}`, sequenceText(state)]),
  );
  const extensions = new Set(loaded.extensions.map(({ name }) => name));
  return [
    ...recorded.tables
      .filter(({ schema, name }) => !rows.has(tableKey(schema, name)))
      .map(({ schema, name }) => `table ${schema}.${name}: missing`),
    ...groupRows(recorded.tables, rows)
      .filter(({ found, wanted }) => found !== wanted)
      .map(({ name, found, wanted }) => `table ${name}: ${found} rows, should be ${wanted}`),
    ...recorded.sequences.flatMap((state) => {
      const found = values.get(`${state.schema}.${state.name}`);
      return found === sequenceText(state)
        ? []
        : [`sequence ${state.schema}.${state.name}: ${found ?? 'missing'}`];
    }),
    ...recorded.extensions.flatMap(({ name }) =>
      extensions.has(name) ? [] : [`extension ${name}: missing`],
    ),
    ...(loaded.largeObjects === recorded.largeObjects
      ? []
      : [`large objects: ${loaded.largeObjects}, should be ${recorded.largeObjects}`]),
  ];
}

function sequenceText({ lastValue, isCalled }: Counted['sequences'][number]): string {
  return `${lastValue}${isCalled ? '' : ' (not used yet)'}`;
}
