/** What the process gives to a command; made once, in main. */
export interface Runtime {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Sets the exit code of the process, once the command is through. */
  exitWith(code: number): void;
}

export const exitCodes = { done: 0, failed: 1, usage: 2, wouldChange: 3, bug: 70, interrupted: 130 } as const;
