/** The command line: `lvs-lab <command>`. */
import { Command, CommanderError } from 'commander';
import { LabError } from '../lab/index.ts';
import packageJson from '../package.json' with { type: 'json' };
import { ResultFileError } from '../reports/read-result.ts';
import { EXIT_CODES } from '../reports/result.ts';
import { addBenchCommand } from './commands/bench.ts';
import { addDiagnoseCommand } from './commands/diagnose.ts';
import { addDirectorCommand } from './commands/director.ts';
import { addEnvironmentCommands } from './commands/environment.ts';
import { addIpvsadmCommand } from './commands/ipvsadm.ts';
import { addLabCommands } from './commands/lab.ts';
import { addReplayCommand } from './commands/replay.ts';
import { addReportCommand } from './commands/report.ts';
import { EnvironmentMissing } from './environment/error.ts';

const program = new Command('lvs-lab')
  .description(packageJson.description)
  .version(packageJson.version)
  .enablePositionalOptions()
  .exitOverride();

const exit = (code: number) => {
  process.exitCode = code;
};

addBenchCommand(program, exit);
addDirectorCommand(program, exit);
addDiagnoseCommand(program, exit);
addIpvsadmCommand(program, exit);
addReportCommand(program, exit);
addReplayCommand(program, exit);
addEnvironmentCommands(program, exit);
addLabCommands(program, exit);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeFor(error);
}

function exitCodeFor(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
  process.stderr.write(`lvs-lab: ${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof EnvironmentMissing) return EXIT_CODES.environment;
  if (error instanceof ResultFileError) return EXIT_CODES.usage;
  if (error instanceof LabError) return EXIT_CODES.untrusted;
  return EXIT_CODES.untrusted;
}
