/** How commands end. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { CommandError } from '../../kit/command-error.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';

/** Commands by the exit code that they end with. `VIP` stands for an address at which there is one service, on port 80. */
const COMMANDS: Readonly<Record<number, readonly string[]>> = {
  0: [
    '',
    '-h',
    '--help',
    '-v',
    '--version',
    '-Ln',
    '-Sn',
    '-Z',
    '-E -t VIP:80 -s lc',
    '--set 0 0 0',
    '-L -t VIP:80 -n',
  ],
  /** A list of what is not there. */
  1: ['-Ln -t VIP:81', '-Ln --stats -f 5', '-Ln -u VIP:80'],
  /** What makes no sense. */
  2: [
    '-A',
    '-A -t VIP:0',
    '-A -t VIP:82 -w 1',
    '-L -s rr',
    '-A -t VIP:82 foo',
    '-D -t VIP:80 -t VIP:80',
    '--set 1 2',
    '--set 1 2 x',
    '--start-daemon slave',
    '-A -t VIP:82 -b sh-port',
    '-a -t VIP:80',
    '-L --timeout --stats',
  ],
  /** No command, no option, and what the kernel refuses. */
  255: [
    '-q',
    '--bogus',
    '-t VIP:82',
    '-nL',
    'A -t VIP:82',
    '-A -t VIP:82 --bogus',
    '-A -t',
    '-A -t VIP:80',
    '-D -t VIP:81',
    '-E -t VIP:81',
    '-Z -t VIP:81',
    '-a -t VIP:81 -r 10.250.0.9',
    '-d -t VIP:80 -r 10.250.0.9',
    '-A -t VIP:82 -s nosuch',
    '--stop-daemon master',
  ],
};

export const exitCodes: readonly PacketCase[] = [
  packetCase({
    name: 'commands/exit-codes',
    title: 'An exit code says how a command has ended',
    requirement:
      'ipvsadm ends with 0 if what was asked for is done, 1 if what is to be listed is not there, 2 if the command makes no sense, and 255 if no option is known by that name, no command comes first, or the kernel refuses.',
    sources: [kernel('ipvsadm: errors, §7.2')],
    modes: ALL_MODES,
    play: async ({ director, vip }) => {
      await director.rules(`-A -t ${vip}:80`);
      const ends: { readonly command: string; readonly expected: number; readonly seen: number }[] = [];
      for (const [code, commands] of Object.entries(COMMANDS)) {
        for (const command of commands) {
          const words = command.replaceAll('VIP', vip).split(' ');
          const seen = await director.ipvsadm(...words.filter((word) => word !== '')).then(
            () => 0,
            (error: Error) => {
              if (error instanceof CommandError) return error.exitCode;
              throw error;
            },
          );
          ends.push({ command, expected: Number(code), seen });
        }
      }
      return { ends, help: await director.ipvsadm('-h') };
    },
    check: (_seen, { ends, help }) =>
      outcome(
        ends.length,
        counted(ends.length, 'command'),
        expectValues('A command ends with another exit code.', {
          ...Object.fromEntries(
            ends.map(({ command, expected, seen }) => [`ipvsadm ${command}`, [expected, seen] as const]),
          ),
          'the second line of -h': ['Usage:', help.split('\n')[1]?.trim()],
          'lines of -h that begin with a command or option': [
            true,
            help.includes('\n  --add-service     -A        add virtual service with options\n'),
          ].map(String) as [string, string],
        }),
      ),
  }),
];
