import { supervise } from './supervise.ts';

const [, , folder, task] = process.argv;

/** Runs one service as its own program, so that it outlives the orq that started it. */
if (folder !== undefined) void supervise(folder, task === 'adopt' ? 'adopt' : 'start');
