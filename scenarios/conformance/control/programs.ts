/** `ipvsadm` and its two scripts where a director runs, where none does yet, and where nobody may ask. */

import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { contract, kernel } from '../../kit/requirement.ts';
import type { StageControl } from '../../kit/stage-control.ts';
import { TITLES } from '../commands/titles.ts';

interface Asked {
  readonly command: string;
  /** Exit code, what is printed, and what is said of mistakes. */
  readonly ends: readonly [exitCode: number, stdout: string, stderr?: string];
  readonly stdin?: string;
  /** Lines that are said to be refused. */
  readonly lines?: readonly number[];
}

const SAVE_HELP =
  'ipvsadm-save: Script to save the IPVS table to stdout.\n   With the -n option, prints out the table in numeric format.\n';
const CONNECTIONS =
  'IPVS connection entries\npro expire state       source             virtual            destination\n';

/** Nobody is asked for a list of what there is before there is anything. */
const BEFORE: readonly Asked[] = [
  { command: 'ipvsadm', ends: [0, text(TITLES.plain)] },
  { command: 'ipvsadm -Ln', ends: [0, text(TITLES.plain)] },
  { command: 'ipvsadm -Ln --stats', ends: [0, text(TITLES.stats)] },
  { command: 'ipvsadm -Lnc', ends: [0, CONNECTIONS] },
  { command: 'ipvsadm -L --timeout', ends: [0, 'Timeout (tcp tcpfin udp): 900 120 300\n'] },
  { command: 'ipvsadm -L --daemon', ends: [0, ''] },
  { command: 'ipvsadm -Sn', ends: [0, ''] },
  { command: 'ipvsadm-save', ends: [0, ''] },
  { command: 'ipvsadm -Ln -t 10.0.0.1:80', ends: [1, '', 'No such service\n'] },
  {
    command: 'ipvsadm -D',
    ends: [2, '', "You need to supply the 'service-address' option for the 'delete-service' command\n"],
  },
];

const RULES = [
  '# -A -t 10.0.0.1:1',
  '-A -t 10.0.0.1:80 -s rr',
  '',
  'ipvsadm -a -t 10.0.0.1:http -r localhost:https -m -w 2',
  '#',
  '-A -t 10.0.0.1:80 -s lc',
  '-A --bogus',
  '-A -u 10.0.0.1:domain',
  '-A -t 10.0.0.1:81 -w 3',
  '-A -t 10.0.0.1:82',
];

const SAVED = (http: string, host: string, https: string, domain: string) =>
  text([
    `-A -t 10.0.0.1:${http} -s rr`,
    `-a -t 10.0.0.1:${http} -r ${host}:${https} -m -w 2`,
    `-A -u 10.0.0.1:${domain} -s wlc`,
  ]);
const NUMERIC = SAVED('80', '127.0.0.1', '443', '53');
const NAMED = SAVED('http', 'localhost', 'https', 'domain');

/** What is there goes with the first of these. */
const AFTER: readonly Asked[] = [
  {
    command: 'ipvsadm-restore',
    stdin: `${RULES.join('\n')}\n\n\n`,
    ends: [
      2,
      '',
      "Service already exists\n--bogus: unknown option\nIllegal 'weight' option with the 'add-service' command\n",
    ],
    lines: [6, 7, 9],
  },
  { command: 'ipvsadm-save -n', ends: [0, NUMERIC] },
  { command: 'ipvsadm-save', ends: [0, NAMED] },
  { command: 'ipvsadm -S', ends: [0, NAMED] },
  { command: 'ipvsadm-save -x', ends: [1, '', SAVE_HELP] },
  { command: 'ipvsadm-save -n -x', ends: [1, '', SAVE_HELP] },
  { command: 'ipvsadm-save more', ends: [0, NAMED] },
  { command: 'ipvsadm-save -', ends: [1, '', SAVE_HELP] },
  {
    command: 'ipvsadm -R',
    stdin: '# -A -f 9\n-A -f 9\n',
    ends: [2, '', 'unexpected argument #\n'],
    lines: [1],
  },
  // The last line has no end, and two blanks: it is lost.
  { command: 'ipvsadm -R', stdin: '-D -u 10.0.0.1:53\n-D -t 10.0.0.1:80  ', ends: [0, ''] },
  { command: 'ipvsadm -R', stdin: '-A -f 9 -s rr ', ends: [0, ''] },
  { command: 'ipvsadm -Sn', ends: [0, `${NUMERIC.split('-A -u')[0]}-A -f 9 -s rr\n`] },
  { command: 'ipvsadm-restore', stdin: '-A -f 8', ends: [0, ''] },
  { command: 'ipvsadm-save', ends: [0, '-A -f 8 -s wlc\n'] },
  { command: 'ipvsadm-restore', stdin: '', ends: [0, ''] },
  { command: 'ipvsadm-save', ends: [0, ''] },
];

const REASON = 'Permission denied (you must be root)';
const FORBIDDEN = `Can't initialize ipvs: ${REASON}\nAre you sure that IP Virtual Server is built in the kernel or as module?\n`;
/** Whatever is asked for, the tables are opened first. */
const NOT_ASKED = ['ipvsadm', 'ipvsadm -Ln', 'ipvsadm -h', 'ipvsadm -A --bogus', 'ipvsadm-save -n'];

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

type Ending = Awaited<ReturnType<StageControl['run']>>;

function endText({ exitCode, stdout, stderr, refusedLines = [] }: Ending): string {
  return [exitCode, stdout, stderr, refusedLines.join(' ')].join('|');
}

export const programs: readonly PacketCase[] = [
  packetCase({
    name: 'control/programs',
    title: 'ipvsadm, ipvsadm-save and ipvsadm-restore end as they do with the kernel',
    requirement:
      'Where no director runs yet, lists are those of an empty one, and the first change starts it; ipvsadm-save writes names, or numbers with -n; ipvsadm-restore puts what it reads in the place of all that was, without lines that begin with #; which lines are refused is said; and where the tables cannot be opened, each command says so before all else and ends with 2.',
    sources: [contract('the control socket'), kernel('ipvsadm: errors, §7.2')],
    // The same in every mode.
    modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
    virtualTime: true,
    play: async ({ director }) => {
      const ends: Record<string, readonly [string, string | undefined]> = {};
      const { control } = director;
      const run = async (asked: readonly Asked[], isRunning: boolean) => {
        for (const [
          i,
          {
            command,
            stdin = '',
            ends: [exitCode, stdout, stderr = ''],
            lines = [],
          },
        ] of asked.entries()) {
          const ending = await control?.run(command, { stdin, isRunning });
          ends[`${command} (${isRunning ? 'running' : 'not running'}, ${i + 1})`] = [
            endText({ exitCode, stdout, stderr, refusedLines: lines }),
            ending && endText(ending),
          ];
        }
      };
      await director.rules('-A -f 7 -s rr');
      // What there is in the director is not asked for before it is started.
      await run(BEFORE, false);
      await run([{ command: 'ipvsadm -A -f 6 -s rr', ends: [0, ''] }], false);
      await run([{ command: 'ipvsadm -Sn', ends: [0, '-A -f 6 -s rr\n-A -f 7 -s rr\n'] }], true);
      // A list behind a change is asked of the director that was started.
      const behind = '-D -f 6\n-S -n\n-Ln -f 5\n-A -f 5 -s rr\n';
      await run(
        [
          {
            command: 'ipvsadm -R',
            stdin: behind,
            ends: [1, '-A -f 7 -s rr\n', 'No such service\n'],
            lines: [3],
          },
        ],
        false,
      );
      await run(AFTER, true);
      for (const command of NOT_ASKED) {
        const ending = await control?.forbidden(command, REASON);
        ends[`${command} (forbidden)`] = [
          endText({ exitCode: 2, stdout: '', stderr: FORBIDDEN }),
          ending && endText(ending),
        ];
      }
      return ends;
    },
    check: (_seen, ends) =>
      outcome(
        Object.keys(ends).length,
        counted(Object.keys(ends).length, 'command'),
        expectValues('A program does not end as it should: exit code | printed | said | lines.', ends),
      ),
  }),
];
