import { compose, node, orq } from './peer.mjs';
import { withColour } from './projects.mjs';

const composeUp = compose('up', '-d', '--wait');
const composeDown = compose('down', '--volumes');
const orqUp = orq('up');
const orqDown = orq('down', '--volumes', '--no-backup');
const embeddedUp = orq('up', '--engine', 'embedded');
const embeddedDown = orq('down', '--engine', 'embedded', '--volumes', '--no-backup');

/**
 * What is measured. `before` and `after` frame each measurement and are not counted; `once` frames the row. `count`
 * tells the measurements of a row apart.
 */
export const rows = [
  {
    name: 'no-op up',
    goal: 0.2,
    pairs: 15,
    project: 'database',
    once: { before: { ours: orqUp, theirs: composeUp }, after: { ours: orqDown, theirs: composeDown } },
    ours: orqUp,
    theirs: composeUp,
  },
  {
    name: 'cold up',
    goal: 0.6,
    project: 'database',
    after: { ours: orqDown, theirs: composeDown },
    ours: orqUp,
    theirs: composeUp,
  },
  {
    name: 'up after a changed variable',
    goal: 0.6,
    project: 'database',
    once: { before: { ours: orqUp, theirs: composeUp }, after: { ours: orqDown, theirs: composeDown } },
    place: (place, count) => withColour(place, `colour-${count}`),
    ours: orqUp,
    theirs: composeUp,
  },
  {
    name: 'down',
    goal: 0.9,
    project: 'database',
    before: { ours: orqUp, theirs: composeUp },
    once: { after: { ours: orqDown, theirs: composeDown } },
    ours: orq('down', '--no-backup'),
    theirs: compose('down'),
  },
  {
    name: 'status',
    goal: 1.5,
    pairs: 10,
    project: 'database',
    once: { before: { ours: orqUp, theirs: composeUp }, after: { ours: orqDown, theirs: composeDown } },
    ours: orq('status'),
    theirs: compose('ps'),
  },
  {
    name: '--version',
    goal: 1.5,
    pairs: 15,
    project: 'database',
    ours: orq('--version'),
    theirs: node('-e', '0'),
  },
  { name: '--help', goal: 1.5, pairs: 15, project: 'database', ours: orq('--help'), theirs: node('-e', '0') },
  {
    name: 'embedded: no-op up',
    goal: 0.2,
    pairs: 15,
    project: 'database',
    once: {
      before: { ours: embeddedUp, theirs: composeUp },
      after: { ours: embeddedDown, theirs: composeDown },
    },
    ours: embeddedUp,
    theirs: composeUp,
  },
  {
    name: 'embedded: cold up',
    goal: 0.6,
    project: 'database',
    after: { ours: embeddedDown, theirs: composeDown },
    ours: embeddedUp,
    theirs: composeUp,
  },
  {
    name: 'up of 50 services',
    goal: 0.6,
    pairs: 3,
    project: 'fifty',
    after: { ours: orqDown, theirs: composeDown },
    ours: orqUp,
    theirs: composeUp,
  },
];
