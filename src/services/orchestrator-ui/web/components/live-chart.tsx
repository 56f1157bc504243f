import { Box, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';

export interface Point {
  /** Seconds since 1970. */
  readonly at: number;
  readonly value: number;
}

const height = 160;

/** A line that grows; the last value stands beside it as text. */
export function LiveChart({
  label,
  unit,
  points,
}: {
  readonly label: string;
  readonly unit: string;
  readonly points: readonly Point[];
}) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(undefined);
  useEffect(() => {
    const { current } = box;
    if (current === null) return undefined;
    const chart = new UPlot(options(label, current), [[], []], current);
    plot.current = chart;
    const observer = new ResizeObserver(() => chart.setSize({ width: current.clientWidth, height }));
    observer.observe(current);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [label]);
  useEffect(() => {
    plot.current?.setData([points.map(({ at }) => at), points.map(({ value }) => value)]);
  }, [points]);
  const last = points.at(-1);
  const text = last === undefined ? 'no sample yet' : `${last.value.toFixed(1)} ${unit}`;
  return (
    <Box>
      <Text size="sm" fw={600}>
        {label}: <span data-testid={`${label}-now`}>{text}</span>
      </Text>
      <div ref={box} role="img" aria-label={`${label} over time, now ${text}`} />
    </Box>
  );
}

function options(label: string, box: HTMLDivElement): UPlot.Options {
  const colour = getComputedStyle(box).color;
  const axis = { stroke: colour, grid: { stroke: '#8884', width: 1 } };
  const times = { ...axis, space: 90, incrs: [1, 2, 5, 10, 15, 30, 60, 120], values: clockTimes };
  return {
    width: box.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_chart, _low, high) => [0, Math.max(high, 1)] } },
    axes: [times, axis],
    series: [{}, { label, stroke: '#0ca678', width: 2, fill: '#0ca67833' }],
  };
}

function clockTimes(_chart: UPlot, ticks: readonly number[]): string[] {
  return ticks.map((seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hour12: false }));
}
