/** `lvs-lab lab` */
import type { Command } from 'commander';
import { listLabs, reapDeadRuns, removeLab } from '../../lab/index.ts';

export function addLabCommands(program: Command, onExit: (code: number) => void): void {
  const lab = program
    .command('lab')
    .summary('look after networks that were kept, or left by a run that was killed');

  lab
    .command('list')
    .summary('list the networks on this machine')
    .action(async () => {
      const labs = await listLabs();
      if (labs.length === 0) process.stdout.write('no lab is up\n');
      for (const one of labs) process.stdout.write(`${JSON.stringify(one)}\n`);
      onExit(0);
    });

  lab
    .command('remove')
    .summary('take networks down, with all that runs in them')
    .argument('[id...]', 'ids as "lab list" shows them; without any, what dead runs have left')
    .action(async (ids: string[]) => {
      if (ids.length === 0) await reapDeadRuns();
      for (const id of ids) await removeLab(id);
      onExit(0);
    });
}
