/** `lvs-lab doctor` and `lvs-lab setup` */
import { type Command, Option } from 'commander';
import { doctor } from '../environment/doctor.ts';
import { ensure, installIfPossible } from '../environment/install.ts';
import { linkIpvsadm, SYSTEM_DIRECTORY } from '../environment/link-ipvsadm.ts';
import { noInstallOption, permissionOf, yesOption } from '../environment/permission.ts';
import { prepareGuest } from '../environment/prepare-guest.ts';
import { requirementsFor } from '../environment/requirements.ts';

const USES = ['bench', 'test', 'guest'] as const;
type Use = (typeof USES)[number];
const USUAL: readonly Use[] = ['bench', 'test'];

const SETUP_EXAMPLES = `
Examples:
  lvs-lab setup                                everything that bench and tests need
  lvs-lab setup --for bench --no-install       what the bench lacks here
  lvs-lab setup --for guest                    the kernel's own IPVS, in a guest
  lvs-lab setup --ipvsadm link                 programs that call ${SYSTEM_DIRECTORY}/ipvsadm get this project's
`;

export function addEnvironmentCommands(program: Command, onExit: (code: number) => void): void {
  program
    .command('doctor')
    .summary('show which requirements this machine meets, and what each is for')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  lvs-lab doctor    whether this machine can run the bench, and what it lacks\n',
    )
    .action(async (flags: { json?: boolean }) => onExit(await doctor({ json: flags.json ?? false })));

  program
    .command('setup')
    .summary('install the system packages that are missing (Debian and Ubuntu, as root)')
    .addOption(new Option('--for <what>', 'only packages needed for this').choices(USES))
    .addOption(yesOption())
    .addOption(noInstallOption())
    .addOption(
      new Option(
        '--ipvsadm <action>',
        `link or unlink ${SYSTEM_DIRECTORY}/ipvsadm, -save and -restore, for programs that call them by their path; nothing else is done`,
      ).choices(['link', 'unlink']),
    )
    .addHelpText('after', SETUP_EXAMPLES)
    .action(async (flags: { for?: Use; install: boolean; yes?: boolean; ipvsadm?: 'link' | 'unlink' }) => {
      if (flags.ipvsadm !== undefined) {
        const isLink = flags.ipvsadm === 'link';
        const paths = await linkIpvsadm(isLink ? 'make' : 'remove');
        const done = `${isLink ? 'linked' : 'removed'} ${paths.join(', ')}`;
        process.stdout.write(`${paths.length === 0 ? 'nothing to do' : done}\n`);
        return onExit(0);
      }
      const uses = flags.for === undefined ? USUAL : [flags.for];
      const install = permissionOf(flags);
      for (const use of uses) await ensure(requirementsFor(use), { install });
      // The bench runs without them, but compares with less.
      if (uses.includes('bench')) await installIfPossible(requirementsFor('throughput'), { install });
      if (uses.includes('guest')) process.stdout.write(`the guest is ready: ${await prepareGuest()}\n`);
      onExit(0);
    });
}
