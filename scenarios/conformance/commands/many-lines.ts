/** More lines than `ipvsadm -R` has carried out together. */

import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { CommandError } from '../../kit/command-error.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';

const LINES = 2_500;
/** Numbers of lines that ask for what is not there: about where a program may begin another request, and elsewhere. */
const REFUSED = [1, 299, 300, 301, 302, 599, 601, 751, 1_200, 1_351, 1_950, 2_499];
/** Those that are no command. They do not end it, and what comes before them is done before they are spoken of. */
const UNKNOWN = [450, 2_450];
/** The text of each, in the order of the lines. */
const SAID: Readonly<Record<'refused' | 'unknown', string>> = {
  refused: 'No such service',
  unknown: '--bogus: unknown option',
};

export const manyLines: readonly PacketCase[] = [
  packetCase({
    name: 'commands/many-lines',
    title: 'Thousands of lines are carried out one after the other',
    requirement:
      'However many lines ipvsadm -R reads, each is carried out on the rules that those before it have left, and what is refused of them is said in their order.',
    sources: [kernel('ipvsadm: grammar, §7.1'), kernel('ipvsadm: errors, §7.2')],
    // Read alike in every mode.
    modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
    play: async ({ director, vip, method, servers: [{ address }] }) => {
      const lasting = `-t ${vip}:80`;
      const passing = `-u ${vip}:80`;
      await director.rules(`-A ${lasting} -s rr`, `-a ${lasting} -r ${address}:80 ${method}`);
      let isThere = false;
      const lineOf = (number: number) => {
        if (REFUSED.includes(number)) return `-D -f ${number}`;
        if (UNKNOWN.includes(number)) return `-A --bogus ${number}`;
        if (number % 3 !== 0) return `-e ${lasting} -r ${address}:80 ${method} -w ${number}`;
        // Of two of these one would be refused if they changed places.
        isThere = !isThere;
        return isThere ? `-A ${passing} -s rr` : `-D ${passing}`;
      };
      const lines = Array.from({ length: LINES }, (_, i) => lineOf(i + 1));
      const error = await director.rules(...lines).then(
        () => undefined,
        (refusal: Error) => refusal,
      );
      const list = await director.ipvsadm('-Sn');
      return {
        said: error?.message.split('\n') ?? [],
        refusedLines: error instanceof CommandError ? error.refusedLines : undefined,
        weight: / -w (\d+)/.exec(list)?.[1],
        isThere,
        isListed: list.includes(passing),
      };
    },
    check: (_seen, { said, refusedLines, weight, isThere, isListed }) => {
      const wrong = [...REFUSED, ...UNKNOWN].toSorted((a, b) => a - b);
      const texts = wrong.map((line) => SAID[UNKNOWN.includes(line) ? 'unknown' : 'refused']);
      return outcome(
        LINES,
        `${counted(LINES, 'line')}, ${wrong.length} of them refused`,
        expectValues('Not all lines were carried out in their order.', {
          'what is said': [texts.join('; '), said.join('; ')],
          'weight of the server, as the last line sets it': [String(LINES), weight],
          'the other service': [isThere, isListed].map(String) as [string, string],
          ...(refusedLines !== undefined && {
            'lines that are named': [wrong.join(' '), refusedLines.join(' ')],
          }),
        }),
      );
    },
  }),
];
