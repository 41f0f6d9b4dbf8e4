/** The command line as a function: reads the arguments of `lvs-lab`, runs the command, and says with which exit code to end. */

import { Command, CommanderError } from 'commander';
import { CodedError } from '../director/coded-error.ts';
import { printable } from '../director/shown-text.ts';
import packageJson from '../package.json' with { type: 'json' };
import { EXIT_CODES } from '../reports/result.ts';
import { withSuggestion } from './commands/suggestion.ts';
import { fittingHelp } from './help-text.ts';

/** Where there is no terminal; commander takes the same. */
const HELP_COLUMNS = 80;

type AddCommand = (program: Command, onExit: (code: number) => void) => void;

/** A command’s modules are loaded when it is asked for: what one needs of the machine must not keep others from running. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  bench: async () => (await import('./commands/bench.ts')).addBenchCommand,
  compare: async () => (await import('./commands/compare.ts')).addCompareCommand,
  conformance: async () => (await import('./commands/conformance.ts')).addConformanceCommand,
  diagnose: async () => (await import('./commands/diagnose.ts')).addDiagnoseCommand,
  director: async () => (await import('./commands/director.ts')).addDirectorCommand,
  fairness: fairnessCommands,
  scale: fairnessCommands,
  faults: async () => (await import('./commands/faults.ts')).addFaultsCommand,
  flood: async () => (await import('./commands/flood.ts')).addFloodCommand,
  init: async () => (await import('./commands/init.ts')).addInitCommand,
  gate: async () => (await import('./commands/gate.ts')).addGateCommand,
  ipvsadm: async () => (await import('./commands/ipvsadm.ts')).addIpvsadmCommand,
  report: async () => (await import('./commands/report.ts')).addReportCommand,
  soak: async () => (await import('./commands/soak.ts')).addSoakCommand,
  selftest: async () => (await import('./commands/selftest.ts')).addSelftestCommand,
  throughput: async () => (await import('./commands/throughput.ts')).addThroughputCommand,
  merge: async () => (await import('./commands/merge.ts')).addMergeCommand,
  replay: async () => (await import('./commands/replay.ts')).addReplayCommand,
  doctor: environmentCommands,
  setup: environmentCommands,
  lab: async () => (await import('./commands/lab.ts')).addLabCommands,
};

async function fairnessCommands(): Promise<AddCommand> {
  return (await import('./commands/fairness.ts')).addFairnessCommands;
}

async function environmentCommands(): Promise<AddCommand> {
  return (await import('./commands/environment.ts')).addEnvironmentCommands;
}

/** Exit codes of errors that reach the command line, by the error's code; any other error leaves the run untrusted. */
const EXIT_CODE_OF: Readonly<Record<string, number>> = {
  CONFIG: EXIT_CODES.usage,
  ENVIRONMENT_MISSING: EXIT_CODES.environment,
  RESULT_FILE: EXIT_CODES.usage,
  RULE_REFUSED: EXIT_CODES.usage,
  UNKNOWN_DIRECTOR: EXIT_CODES.usage,
  DIRECTOR_DESCRIPTION: EXIT_CODES.usage,
};

/**
 * Runs one command to its end; what it prints goes to stdout and stderr.
 *
 * @param args Without the program’s name: `['bench', '--mode', 'dr']`. @returns the exit code (`docs/verdicts.md`).
 */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command('lvs-lab')
    .description(packageJson.description)
    .version(packageJson.version)
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => process.stdout.write(fittingHelp(text, process.stdout.columns || HELP_COLUMNS)),
      writeErr: (text) => process.stderr.write(printable(text)),
      outputError: (text, write) => write(withSuggestion(text)),
    })
    .exitOverride();
  let exitCode: number = EXIT_CODES.passed;
  try {
    for (const add of await asked(args[0])) {
      add(program, (code) => {
        exitCode = code;
      });
    }
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return exitCodeFor(error);
  }
}

/** What the first argument names; everything, where it names no command: for help, and to say what is unknown. */
async function asked(name: string | undefined): Promise<Set<AddCommand>> {
  const loaders =
    name !== undefined && Object.hasOwn(COMMANDS, name) ? [COMMANDS[name]] : Object.values(COMMANDS);
  return new Set(await Promise.all(loaders.flatMap((load) => load?.() ?? [])));
}

function exitCodeFor(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
  process.stderr.write(printable(`lvs-lab: ${error instanceof Error ? error.message : String(error)}\n`));
  return (error instanceof CodedError ? EXIT_CODE_OF[error.code] : undefined) ?? EXIT_CODES.untrusted;
}
