import type { ClusterChoice, EngineWord } from '../../engine/select-engine.ts';
import { defined } from '../../model/defined.ts';
import { OrqError } from '../../model/errors.ts';
import { type OrchestratorSettings, readOrchestratorSettings } from '../../project/orchestrator-settings.ts';

/** What a caller says about the engine, absent where it says nothing. */
export interface EngineChoice {
  readonly engine?: EngineWord;
  /** Endpoint of the engine. */
  readonly host?: string;
  /** Which cluster is meant, when it is Kubernetes. */
  readonly cluster?: ClusterChoice;
}

/**
 * Where databases are made: as the caller says (who names a cluster means Kubernetes), else ORQ_ENGINE, else the nearest
 * `orq.toml` at or above a folder. Throws COMPOSE_INVALID, USAGE.
 */
export async function chooseEngine(
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
  choice: EngineChoice,
): Promise<EngineChoice & { readonly cluster: ClusterChoice }> {
  const settings = await readOrchestratorSettings(directory);
  const { type, docker_host: host } = settings;
  const cluster = clusterOf(choice.cluster ?? {}, settings);
  if (Object.keys(choice.cluster ?? {}).length > 0)
    return { ...choice, engine: onlyKubernetes(choice), cluster };
  if (choice.engine !== undefined || choice.host !== undefined || environment['ORQ_ENGINE'])
    return { ...choice, cluster };
  return { ...defined({ engine: type, host }), cluster };
}

function onlyKubernetes({ engine = 'kubernetes' }: EngineChoice): 'kubernetes' {
  if (engine === 'kubernetes') return engine;
  throw new OrqError({
    code: 'USAGE',
    message: `A Kubernetes cluster is named, and the engine ${engine} is asked for.`,
    hint: 'Leave out --engine, or --namespace, --kubeconfig and the like.',
  });
}

/** The caller's words come first; a cluster that the caller names is not reached with the file's token. */
function clusterOf(said: ClusterChoice, settings: OrchestratorSettings): ClusterChoice {
  const { kubeconfig, kube_api: api, kube_token: token, kube_ca: certificate, namespace } = settings;
  const isNamed = said.api !== undefined || said.kubeconfig !== undefined;
  return defined({
    ...(isNamed ? {} : { kubeconfig, api, token, certificate }),
    namespace,
    ...said,
  });
}
