import type { Problem } from '../model/errors.ts';
import type { Mode, Project } from '../model/project.ts';
import type { Service } from '../model/service.ts';
import { activateServices } from './activate-services.ts';
import { applyExtends } from './apply-extends.ts';
import { buildProject } from './build-project.ts';
import { checkDependencies } from './check-dependencies.ts';
import { checkPorts } from './check-ports.ts';
import { checkReferences } from './check-references.ts';
import { checkServices } from './check-services.ts';
import { chooseName } from './choose-name.ts';
import { activeProfiles } from './compose-settings.ts';
import type { Lookup } from './interpolation.ts';
import type { Variables } from './load-environment.ts';
import { locateProject, type LocatedProject } from './locate-project.ts';
import { mergeDocuments } from './merge/merge-trees.ts';
import { parseYaml } from './parse-yaml.ts';
import { throwProblems, type Report } from './problems.ts';
import { readComposeTree } from './read-compose-tree.ts';
import { diskReader, type FileReader } from './read-files.ts';
import { linkAliases } from './read/link-aliases.ts';
import { readService } from './read/read-service.ts';
import { readServiceEnvironment } from './service-environment.ts';
import type { MappingTree, Tree } from './tree.ts';
import { field, fields } from './tree-fields.ts';
import { writeDocument, type ComposeDocument } from './write/write-document.ts';

export interface LoadOptions {
  /** The working folder, or what `-C` names. */
  readonly directory: string;
  readonly environment: Variables;
  readonly mode: Mode;
  /** From `-f`; COMPOSE_FILE and the usual names count when absent. */
  readonly files?: readonly string[];
  readonly projectName?: string;
  /** Compose's own profiles; `*` means all. */
  readonly composeProfiles?: readonly string[];
  readonly envFiles?: readonly string[];
  /** Name of the orq profile. */
  readonly profile?: string;
  /** Services named on the command line: switched on with their dependencies, whatever their profiles. */
  readonly targets?: readonly string[];
  /** Folder whose `.env` several profiles share; that of the profile wins. */
  readonly sharedDirectory?: string;
  readonly reader?: FileReader;
}

export interface LoadedProject {
  readonly project: Project;
  /** The resolved model as `docker compose -f` takes it. */
  readonly document: ComposeDocument;
}

interface Loading {
  readonly options: LoadOptions;
  readonly located: LocatedProject;
  readonly reader: FileReader;
  readonly report: Report;
  readonly warnings: Set<string>;
}

/** Reads, merges and checks Compose files; throws one OrqError that carries every problem found. */
export async function loadProject(options: LoadOptions): Promise<LoadedProject> {
  const problems: Problem[] = [];
  const report: Report = (problem) => problems.push(problem);
  const reader = options.reader ?? diskReader;
  const located = await locateProject(options, { reader, report });
  const project = await resolveProject({ options, located, reader, report, warnings: new Set() }, problems);
  throwProblems(problems);
  return { project, document: writeDocument(project) };
}

async function resolveProject(loading: Loading, problems: readonly Problem[]): Promise<Project> {
  const { located, options, report, warnings } = loading;
  const parsed = located.files.flatMap(({ source, path }) => parseYaml(source, path, report));
  // After a syntax error everything else would only be its echo.
  if (problems.some(({ code }) => code === 'YAML_SYNTAX')) throwProblems(problems);
  const { variables, directory } = located;
  const { projectName: flag, profile } = options;
  const name = chooseName({ flag, variables, files: parsed, profile, directory }, report);
  const lookup: Lookup = (key) => (key === 'COMPOSE_PROJECT_NAME' ? name : variables[key]);
  const root = await mergeFiles(parsed, lookup, loading);
  if (parsed.length > 0 && root.entries.size === 0) throwProblems(problems);
  const on = checkWhole(root, loading);
  const services = await readServices(root, on, { ...loading, lookup, project: name });
  const all = fields(field(root, 'services')).map(([service]) => service);
  return buildProject(
    {
      name,
      mode: options.mode,
      directory,
      files: located.files.map(({ path }) => path),
      profile,
      services,
      disabledServices: all.filter((service) => !on.has(service)),
      warnings: [...warnings],
    },
    root,
  );
}

async function mergeFiles(parsed: readonly Tree[], lookup: Lookup, loading: Loading): Promise<MappingTree> {
  const { located, report, warnings, reader } = loading;
  const warn = (sentence: string) => void warnings.add(sentence);
  const context = { directory: located.directory, lookup, report, warn, reader };
  const trees = parsed.flatMap((tree) => readComposeTree(tree, context));
  const extended = await Promise.all(trees.map(async (tree) => await applyExtends(tree, context)));
  const at = trees[0]?.at ?? { file: located.files[0]?.path ?? '', line: 1, column: 1 };
  return mergeDocuments(extended, at);
}

/** Checks what only the merged files show; returns the names of the services that are on. */
function checkWhole(root: Tree, { options, located, report }: Loading): ReadonlySet<string> {
  const services = field(root, 'services') ?? root;
  const profiles = activeProfiles(options, located.variables);
  const on = activateServices(services, { profiles, targets: options.targets ?? [] });
  checkServices(root, report);
  if (field(root, 'services') === undefined) return new Set();
  checkDependencies(services, on, report);
  checkPorts(
    fields(services).filter(([name]) => on.has(name)),
    report,
  );
  checkReferences(root, report);
  return on;
}

async function readServices(
  root: Tree,
  on: ReadonlySet<string>,
  context: Loading & { readonly lookup: Lookup; readonly project: string },
): Promise<Record<string, Service>> {
  const services: [string, Service][] = [];
  for (const [name, tree] of fields(field(root, 'services'))) {
    if (!on.has(name)) continue;
    const environment = await readServiceEnvironment(tree, context);
    const { project, lookup } = context;
    const service = readService({ name, tree, root, environment, project, lookup }, context.report);
    const dependsOn = Object.fromEntries(Object.entries(service.dependsOn).filter(([key]) => on.has(key)));
    services.push([name, { ...service, dependsOn }]);
  }
  return linkAliases(Object.fromEntries(services), field(root, 'services'), context.report);
}
