import { findCauses } from '../diagnose/find-causes.ts';
import type { Facts } from '../diagnose/facts.ts';
import { gatherFacts, nothingSeen } from '../diagnose/gather-facts.ts';
import { checkMachine } from '../diagnose/checks/machine-check.ts';
import { defined } from '../model/defined.ts';
import type { OrqError } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Project } from '../model/project.ts';
import type { DiagnosedService, DiagnosisReport, ServiceStatus } from '../model/reports.ts';
import type { World } from '../plan/wish.ts';
import { backupFolder } from './backup/database-target.ts';
import { type OperationContext, stateDirectory } from './context.ts';
import { fitProject } from './fit-project.ts';
import { changedSinceHealthy } from './last-healthy.ts';
import { secretMask } from './mask-secrets.ts';
import { observeForDiagnosis } from './observe.ts';
import { serviceStatuses } from './service-status.ts';
import { wishOf } from './wish-of.ts';

/** Runs every check on a project and ranks what they find. Changes nothing. */
export async function diagnose(
  { engine, signal }: OperationContext,
  whole: Project,
): Promise<DiagnosisReport> {
  const startedAt = performance.now();
  const { project, unsupported } = fitProject(whole, engine);
  const wish = wishOf(project);
  const directory = stateDirectory(project);
  let world: World | undefined;
  const observe = async (): Promise<World> => (world = await observeForDiagnosis(engine, wish, signal));
  const facts = await gatherFacts({
    engine,
    wish,
    signal,
    stateDirectory: directory,
    backupFolder: backupFolder(project),
    observe,
  });
  const changed = world === undefined ? undefined : await changedSinceHealthy(directory, wish, world);
  const services = diagnosedServices(whole, facts, { world, unsupported });
  return {
    ...report(project, { services, findings: findCauses(facts), startedAt }),
    engine: engine.kind,
    ...defined({ changedSinceHealthy: changed?.map(secretMask(project).mask) }),
  };
}

/** The diagnosis of a project whose engine cannot be reached. */
export async function diagnoseWithoutEngine(project: Project, error: OrqError): Promise<DiagnosisReport> {
  const startedAt = performance.now();
  const facts: Facts = {
    ...nothingSeen,
    project,
    engine: { answered: false, error },
    machine: await checkMachine(project.directory),
  };
  const services = diagnosedServices(project, facts, { world: undefined, unsupported: new Set() });
  return report(project, { services, findings: findCauses(facts), startedAt });
}

function diagnosedServices(
  project: Project,
  facts: Facts,
  { world, unsupported }: { readonly world: World | undefined; readonly unsupported: ReadonlySet<string> },
): readonly DiagnosedService[] {
  const { containers } = world ?? { containers: [] };
  return serviceStatuses(project, { containers }, unsupported).map((status) => {
    const probe = facts.services[status.service]?.probe;
    return { ...status, ...proven(status, probe?.ok), ...defined({ connectivity: probe }) };
  });
}

/** What a service answers outweighs what the engine has not checked yet. */
function proven(
  { ready, state, health, detail }: ServiceStatus,
  answers: boolean | undefined,
): Pick<ServiceStatus, 'ready' | 'detail'> {
  if (answers === undefined || state !== 'running') return { ready, detail };
  if (health === 'starting' && answers) return { ready: true, detail: 'healthy' };
  return { ready: ready && answers, detail: answers ? detail : 'no answer' };
}

function report(
  project: Project,
  run: {
    readonly services: readonly DiagnosedService[];
    readonly findings: readonly Finding[];
    readonly startedAt: number;
  },
): DiagnosisReport {
  const { name, profile, mode, files } = project;
  const { mask } = secretMask(project);
  const here = run.services.filter(({ state }) => state !== 'unsupported');
  const errors = run.findings.filter(({ severity }) => severity === 'error').length;
  return {
    project: name,
    mode,
    ...defined({ profile }),
    takenAt: new Date().toISOString(),
    composeFiles: files,
    services: run.services.map((status) => ({
      ...status,
      detail: mask(status.detail),
      ...defined({
        connectivity: status.connectivity && {
          ...status.connectivity,
          detail: mask(status.connectivity.detail),
        },
      }),
    })),
    // Evidence quotes logs and pages, which may say what nobody should read.
    findings: run.findings.map((finding) => ({
      ...finding,
      title: mask(finding.title),
      evidence: finding.evidence.map(mask),
    })),
    summary: {
      healthy: here.filter(({ ready }) => ready).length,
      running: here.filter(({ state }) => state === 'running').length,
      total: here.length,
      errors,
      warnings: run.findings.length - errors,
      operational: errors === 0,
    },
    durationMs: performance.now() - run.startedAt,
  };
}
