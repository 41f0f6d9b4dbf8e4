/** Rules as a text, all at once. */

import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { contract } from '../../kit/requirement.ts';
import { refusalText } from './refusal-text.ts';

const BEGINNINGS = 'expected -A -E -D -C -a -e -d -Z or --set';

/** Lines that make no rule, and what is said of them. `VIP` stands for an address. */
const WRONG: readonly (readonly [line: string, problem: string])[] = [
  ['-L -n', '-L does not change rules'],
  ['-S', '-S does not change rules'],
  ['-R', '-R does not change rules'],
  ['A -t VIP:81', `"A" does not start a rule; ${BEGINNINGS}`],
  ['-t VIP:81', `"-t" does not start a rule; ${BEGINNINGS}`],
  ['ipvsadm ipvsadm', `"ipvsadm" does not start a rule; ${BEGINNINGS}`],
  ['-q', `"-q" does not start a rule; ${BEGINNINGS}`],
  ['-A --bogus', '--bogus: unknown option'],
  ['-A -t', '-t: missing argument'],
  ['-A -t VIP:81 -w 3', "Illegal 'weight' option with the 'add-service' command"],
  ['-A -t localhost:81', 'illegal virtual server address[:port] specified'],
  ['-A -t VIP:http', 'illegal virtual server address[:port] specified'],
  ['-A -6 -f 3', '-6 used before -f'],
];

/** Lines that are rules, and are refused for what there is. */
const REFUSED: readonly (readonly [line: string, problem: string])[] = [
  ['-A -t VIP:80 -s rr', 'Service already exists'],
  ['-D -t VIP:81', 'No such service'],
  ['-a -t VIP:81 -r 10.250.0.9', 'Service not defined'],
  ['-A -t VIP:81 -s nosuch', 'Scheduler or persistence engine not found'],
];

export const rules: readonly PacketCase[] = [
  packetCase({
    name: 'control/rules',
    title: 'Rules are applied as a whole text, of which a wrong line is named',
    requirement:
      'A text of rules has a command on each line, after the program’s name or without it; lines that are empty or begin with # say nothing; a line that makes no rule is named with its number, its words and what was expected, and nothing is applied; one that is refused for the rules that there are is named too, and those before it are applied.',
    sources: [contract('the control socket')],
    // The same in every mode.
    modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
    virtualTime: true,
    play: async ({ director, vip }) => {
      const client = director.control?.client;
      const filled = (text: string) => text.replaceAll('VIP', vip);
      const apply = (...lines: readonly string[]) =>
        refusalText(() => client?.apply(filled(lines.join('\n'))));
      const texts: Record<string, readonly [string, string]> = {};
      const lists: Record<string, readonly [string, string]> = {};
      const list = async (when: string, ...lines: readonly string[]) => {
        lists[when] = [filled(lines.join('\n')), (await director.ipvsadm('-Sn')).trimEnd()];
      };
      texts['a text of rules'] = [
        'done',
        await apply(
          '# -A -t VIP:90',
          '',
          ' \t ipvsadm  -A\t-t VIP:80 -s rr  ',
          '  # nothing',
          '-a -t VIP:80 -r 10.250.0.9 -m -w 7',
          '-Z',
          '--set 901 0 0',
          '-E -t VIP:80 -s lc',
        ),
      ];
      const first = ['-A -t VIP:80 -s lc', '-a -t VIP:80 -r 10.250.0.9:80 -m -w 7'];
      await list('after a text of rules', ...first);
      for (const [line, problem] of WRONG) {
        const expected = filled(`rules, line 3: ${problem}\n  ${line}`);
        texts[line] = [expected, await apply('-C', '', `  ${line} `, '-A -t VIP:99')];
      }
      await list('after what is no rule', ...first);
      for (const [i, [line, problem]] of REFUSED.entries()) {
        const expected = filled(`rules, line 2: ${problem}\n  ${line}`);
        texts[line] = [
          expected,
          await apply(`-A -u VIP:${200 + i} -s rr`, line, `-A -u VIP:${300 + i} -s rr`),
        ];
      }
      await list('after what is refused', ...first, ...REFUSED.map((_, i) => `-A -u VIP:${200 + i} -s rr`));
      const timeouts = (await director.ipvsadm('-L', '--timeout')).trimEnd();
      return { texts, lists, timeouts };
    },
    check: (_seen, { texts, lists, timeouts }) =>
      outcome(
        Object.keys(texts).length,
        counted(Object.keys(texts).length, 'text of rules', 'texts of rules'),
        expectValues('A text of rules is not answered as it should be.', texts),
        expectValues('The rules are not what the texts make.', {
          ...lists,
          timeouts: ['Timeout (tcp tcpfin udp): 901 120 300', timeouts],
        }),
      ),
  }),
];
