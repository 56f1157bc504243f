/** What is known of an image when it is decided how many containers it should have. */
export interface ScaleFacts {
  readonly min: number;
  readonly max: number;
  readonly instances: number;
  /** Mean load of its containers at each of the last looks, in percent of their limits, newest last. */
  readonly loads: readonly number[];
}

export interface ScaleWish {
  readonly change: 1 | -1;
  readonly why: string;
}

const busy = { percent: 80, looks: 3 } as const;
const idle = { percent: 40, looks: 5 } as const;

/**
 * One more or one less, or undefined. Load decides between the bounds: more after a few busy looks in a row, less when
 * one container fewer would still be at ease.
 */
export function scaleWish({ min, max, instances, loads }: ScaleFacts): ScaleWish | undefined {
  if (instances < min) return { change: 1, why: `fewer than min_instances ${min}` };
  if (instances > max) return { change: -1, why: `more than max_instances ${max}` };
  const last = (looks: number): readonly number[] => (loads.length < looks ? [] : loads.slice(-looks));
  const recent = last(busy.looks);
  if (instances < max && recent.length > 0 && recent.every((load) => load > busy.percent))
    return { change: 1, why: `load over ${busy.percent} % of the limit` };
  const calm = last(idle.looks);
  const without = (load: number): number => (load * instances) / (instances - 1);
  if (instances > Math.max(min, 1) && calm.length > 0 && calm.every((load) => without(load) < idle.percent))
    return { change: -1, why: `load under ${idle.percent} % with one fewer` };
  return undefined;
}
