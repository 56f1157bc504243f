#!/usr/bin/env node
// Writes what docs/ takes from the code: docs/errors.md and docs/schemas/*.json. With --check it only compares.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

async function load(source) {
  const folder = await mkdtemp(join(root, 'node_modules/.generate-'));
  try {
    const outfile = join(folder, 'module.mjs');
    await build({
      entryPoints: [join(root, source)],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function pages() {
  const [{ z }, { documents }, { errorCodes }, { findingPages }] = await Promise.all([
    import('zod'),
    load('src/output/schemas/documents.ts'),
    load('src/model/error-codes.ts'),
    load('src/diagnose/finding-pages.ts'),
  ]);
  const schemas = Object.entries(documents).map(([name, schema]) => [
    `docs/schemas/${name}.json`,
    `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`,
  ]);
  return [
    ['docs/errors.md', errorPage(errorCodes)],
    ['docs/findings.md', findingPage(findingPages)],
    ['docs/diagnose.md', await faultPage()],
    ...schemas,
  ];
}

function errorPage(codes) {
  const rows = Object.entries(codes).map(
    ([code, { exit, meaning }]) => `| \`${code}\` | ${exit} | ${meaning} |`,
  );
  return `# Error codes

Every error that orq prints carries one of these codes; \`--json\` prints it as \`error.code\`. Codes are added, never
renamed. This page is made from \`src/model/error-codes.ts\` by \`npm run docs\`.

| code | exit code | meaning |
| --- | --- | --- |
${rows.join('\n')}
`;
}

function findingPage(pages) {
  const sections = Object.entries(pages).map(([id, text]) => `### ${id}\n\n${text}`);
  return `# Findings

What \`orq diagnose\` can find, with the cause before its consequences. This page is made from
\`src/diagnose/finding-pages.ts\` by \`npm run docs\`.

${sections.join('\n\n')}
`;
}

/** Faults that scenarios inject, with the finding that each expects first; read from the scenarios themselves. */
async function faults() {
  const folder = join(root, 'test/scenario/diagnose');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.test.ts')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) =>
    text
      .split(/(?=\n {2}test\(|\n {2,4}\{(?:\n {4}name| service):)/)
      .map((block) => [faultName(block), expectedId(block)])
      .filter(([name, id]) => name !== undefined && id !== undefined),
  );
}

function faultName(block) {
  const hanging = /\{ service: '(\w+)'/.exec(block)?.[1];
  if (hanging !== undefined) return `a server that hangs: ${hanging}`;
  return /(?:test\(|name:)\s*['"`](.+?)['"`],/.exec(block)?.[1];
}

function expectedId(block) {
  return (
    /[ {]id: '([A-Z_]+)'(?:,| \})/.exec(block)?.[1] ??
    /expectCause\(\s*box,\s*'([A-Z_]+)'/.exec(block)?.[1] ??
    /toMatchObject\(\{\s*id: '([A-Z_]+)'/.exec(block)?.[1] ??
    /\.toBe\('([A-Z_]+)'\)/.exec(block)?.[1]
  );
}

async function faultPage() {
  const rows = (await faults()).map(
    ([name, id]) => `| ${name} | [\`${id}\`](findings.md#${id.toLowerCase()}) |`,
  );
  return `# orq diagnose

\`orq diagnose\` (or \`orq\` alone) runs every check there is, in parallel, reads only, and ranks what it finds: causes
before their consequences, errors before warnings. A cause explains what goes wrong above it in its own service and what
merely shows in services that depend on it.

An engine that takes a request and never answers is waited for 10 s, and for 2 s before that where it has to be asked in
which mode, or with which services of Compose profiles, a project runs.

Each of these ${rows.length} faults is injected into real servers and containers by a scenario under
\`test/scenario/diagnose\`, which expects the finding to be named first. This page is made from them by \`npm run docs\`.

| fault | finding |
| --- | --- |
${rows.join('\n')}
`;
}

const check = process.argv.includes('--check');
const stale = [];
for (const [path, text] of await pages()) {
  const file = join(root, path);
  const present = await readFile(file, 'utf8').catch(() => '');
  if (present === text) continue;
  if (check) stale.push(path);
  else await writeFile(file, text);
}
if (stale.length > 0) {
  console.error(`Not up to date: ${stale.join(', ')}. Run: npm run docs`);
  process.exitCode = 1;
}
