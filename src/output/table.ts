import { cutCell, padCell, stringWidth } from './terminal.ts';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** Colours a padded cell. */
  readonly paint?: (cell: string, row: Row) => string;
  /** Narrowest width it may be cut to when the table does not fit; absent means that it is never cut. */
  readonly minimum?: number;
}

const gap = '  ';

/** A table without lines, fitted into a width; columns that hold nothing are left out. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number): string {
  const used = columns.filter(({ value }) => rows.some((row) => value(row) !== ''));
  const widths = fit(used, rows, width);
  const last = used.length - 1;
  const line = (cells: readonly string[]): string => cells.join(gap).trimEnd();
  const head = line(
    used.map(({ title }, index) => padCell(cutCell(title, widths[index] ?? 0), widths[index] ?? 0)),
  );
  const body = rows.map((row) =>
    line(
      used.map(({ value, paint }, index) => {
        const cut = cutCell(value(row), widths[index] ?? 0);
        const cell = index === last ? cut : padCell(cut, widths[index] ?? 0);
        return paint === undefined ? cell : paint(cell, row);
      }),
    ),
  );
  return [head, ...body].join('\n');
}

function fit<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): number[] {
  const widths = columns.map(({ title, value }) =>
    Math.max(stringWidth(title), ...rows.map((row) => stringWidth(value(row)))),
  );
  let excess = widths.reduce((sum, cell) => sum + cell, gap.length * (columns.length - 1)) - width;
  columns.forEach(({ minimum }, index) => {
    const current = widths[index] ?? 0;
    if (minimum === undefined || excess <= 0) return;
    const narrowed = Math.max(minimum, current - excess);
    excess -= current - narrowed;
    widths[index] = narrowed;
  });
  return widths;
}
