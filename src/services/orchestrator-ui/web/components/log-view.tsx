import { Box, Code, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useEvents } from '../backend/event-stream.ts';

interface Line {
  readonly key: number;
  readonly text: string;
}

const keptLines = 1000;

/** A log that follows: new lines come at the end, which stays in view until one scrolls up. */
export function LogView({ path, label }: { readonly path: string; readonly label: string }) {
  const [lines, setLines] = useState<readonly Line[]>([]);
  const box = useRef<HTMLPreElement>(null);
  const next = useRef(0);
  const isNew = useRef(true);
  useEffect(() => setLines([]), [path]);
  useEvents(path, ({ type, data }) => {
    // A stream begins with the last lines, also when it is opened again.
    if (type === 'open') isNew.current = true;
    if (type !== 'line' || typeof data !== 'object' || data === null || !('text' in data)) return;
    const line = { key: next.current++, text: String(data.text) };
    const starts = isNew.current;
    isNew.current = false;
    setLines((before) => (starts ? [line] : [...before.slice(-keptLines), line]));
  });
  useEffect(() => {
    const { current } = box;
    if (current === null) return;
    const atEnd = current.scrollHeight - current.scrollTop - current.clientHeight < 80;
    if (atEnd) current.scrollTop = current.scrollHeight;
  }, [lines]);
  return (
    <Box>
      {lines.length === 0 && <Text size="sm">No lines yet.</Text>}
      <Code
        block
        ref={box}
        mah="60vh"
        style={{ overflow: 'auto' }}
        tabIndex={0}
        role="log"
        aria-label={label}
      >
        {lines.map(({ key, text }) => (
          <span key={key}>{`${text}\n`}</span>
        ))}
      </Code>
    </Box>
  );
}
