/** `lvs-lab ipvsadm`: the words after it are ipvsadm's own. */
import type { Command } from 'commander';

export function addIpvsadmCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('ipvsadm')
    .summary('administer the director of this network namespace, as ipvsadm does the kernel’s IPVS')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[words...]')
    .action(async (words: string[]) => {
      const { runIpvsadmProgram } = await import('../../director/ipvsadm.ts');
      onExit(await runIpvsadmProgram('ipvsadm', words));
    });
}
