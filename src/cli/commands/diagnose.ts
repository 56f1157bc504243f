import { type Command, Option } from 'commander';
import { flagsOf } from '../globals.ts';
import type { DiagnoseFlags } from '../run/diagnose.ts';
import type { Runtime } from '../runtime.ts';

/** Declares `orq diagnose`, which is also what `orq` alone does. */
export function declareDiagnose(command: Command, runtime: Runtime): void {
  command
    .alias('diagnosticar')
    .summary('find out what is wrong, causes first')
    .argument('[profile...]', 'profiles, or services of the project at hand')
    .option('--fix', 'run the remedies that can do no harm')
    .option('--strict', 'exit with 1 for warnings too')
    .option('--output <path>', 'write the report here too')
    .option('--bundle', 'write a zip to send to a colleague: report, logs, model, no secrets')
    .option('--html <path>', 'write the report as one page')
    .option('--watch', 'diagnose again whenever something changes')
    .addOption(new Option('--format <format>', 'shape of the JSON report').choices(['orq', 'vnm']))
    .addOption(new Option('--verboso').hideHelp())
    .action(async (names: string[]) => {
      const { runDiagnose } = await import('../run/diagnose.ts');
      runtime.exitWith(await runDiagnose(runtime, names, flagsOf<DiagnoseFlags>(command)));
    });
}
