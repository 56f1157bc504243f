import type { OperatorWord } from '../../../engine/database-cluster.ts';
import type { ClusterChoice } from '../../../engine/select-engine.ts';
import type { Placement } from '../../../model/database.ts';
import { defined } from '../../../model/defined.ts';
import type { DatabasesContext } from '../../../operations/db/db-context.ts';
import { jsonDocument } from '../../../output/json-document.ts';
import type { Console } from '../../console.ts';
import type { Globals } from '../../globals.ts';
import type { Runtime } from '../../runtime.ts';

export interface DbFlags extends Globals {
  readonly postgres?: string;
  readonly port?: number;
  readonly memory?: string;
  readonly cpus?: string;
  readonly passwordFile?: string;
  readonly placement?: Placement;
  readonly operator?: OperatorWord;
  readonly storage?: string;
  readonly storageClass?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly kubeconfig?: string;
  readonly kubeApi?: string;
  readonly kubeTokenFile?: string;
  readonly kubeCa?: string;
  readonly namespace?: string;
  readonly force?: boolean;
  /** False after --no-backup. */
  readonly backup?: boolean;
  readonly name?: string;
  readonly into?: string;
  readonly plan?: boolean;
  readonly to?: string;
  readonly dropOld?: boolean;
  readonly delete?: boolean;
  readonly remove?: boolean;
  readonly allowDataLoss?: boolean;
  /** Milliseconds. */
  readonly ttl?: number;
  readonly watch?: boolean;
  /** An address, or true for the usual one. */
  readonly serve?: string | true;
  /** False after --no-safety. */
  readonly safety?: boolean;
}

/** What an action of `orq db` is given. */
export interface DbWork {
  readonly runtime: Runtime;
  readonly flags: DbFlags;
  /** Id of the project; empty for `list`. */
  readonly id: string;
  /** The word after the project: a file or a branch. */
  readonly word: string | undefined;
  /** What stands after the project, for a program that is run there. */
  readonly rest: readonly string[];
  readonly context: DatabasesContext;
  readonly console: Console;
}

/** What flags say about the cluster. */
export function clusterFlags(flags: DbFlags): ClusterChoice {
  const { kubeconfig, kubeApi: api, kubeTokenFile: tokenFile, kubeCa: certificate, namespace } = flags;
  return defined({ kubeconfig, api, tokenFile, certificate, namespace });
}

/** Prints the result of an action. */
export function show(console: Console, action: string, content: object, text: () => string): void {
  console.progress.close();
  console.result({ json: () => jsonDocument({ command: `db ${action}`, ...content }), text });
}
