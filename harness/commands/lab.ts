/** `lvs-lab lab` */

import type { Command } from 'commander';
import { printable, printableJson } from '../../director/shown-text.ts';
import { LabError, type LabSummary, listLabs, reapDeadRuns, removeLab } from '../../lab/index.ts';
import { EXIT_CODES } from '../../reports/result.ts';

export function addLabCommands(program: Command, onExit: (code: number) => void): void {
  const lab = program
    .command('lab')
    .summary('list or remove networks kept by --keep or left by a killed run')
    .addHelpText(
      'after',
      `
Examples:
  lvs-lab lab list                             networks that are up, and the folders of their runs
  lvs-lab lab remove 3f2                       take one down
  lvs-lab lab remove                           take down what killed runs have left
`,
    );

  lab
    .command('list')
    .summary('list the networks on this machine')
    .option('--json', 'print as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const labs = await listLabs();
      if (json === true) process.stdout.write(printableJson(labs));
      else if (labs.length === 0) process.stdout.write('no lab is up\n');
      else for (const one of labs) process.stdout.write(printable(`${describe(one)}\n`));
      onExit(0);
    });

  lab
    .command('remove')
    .summary('take networks down, with everything that runs in them')
    .argument('[id...]', 'ids as "lab list" shows them; without any, those left by killed runs')
    .action(async (ids: string[]) => onExit(await remove(ids)));
}

function describe({ id, topology, kept, ownerAlive, namespaces, runDirectory }: LabSummary): string {
  const state = kept ? 'kept' : ownerAlive ? 'in use' : 'left behind';
  return `${id}  ${topology.padEnd(4)} ${state.padEnd(12)} ${namespaces.length} namespaces  ${runDirectory}`;
}

async function remove(ids: readonly string[]): Promise<number> {
  if (ids.length === 0) await reapDeadRuns();
  try {
    for (const id of ids) await removeLab(id);
    return 0;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    process.stderr.write(printable(`lvs-lab: ${error.message}\n`));
    return EXIT_CODES.usage;
  }
}
