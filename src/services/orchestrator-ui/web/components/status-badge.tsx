import { Badge } from '@mantine/core';

const good = new Set(['running', 'healthy', 'streaming', 'primary', 'restored', 'active', 'read']);
const bad = new Set(['unhealthy', 'dead', 'error', 'damaged', 'missing']);

/** A word about a state; the colour only repeats what the word says. */
export function StatusBadge({ word }: { readonly word: string }) {
  const color = good.has(word) ? 'teal.9' : bad.has(word) ? 'red.9' : 'gray.7';
  return (
    <Badge color={color} variant="filled" tt="none" miw="max-content">
      {word}
    </Badge>
  );
}
