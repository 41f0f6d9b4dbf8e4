/** Rules in any order. */

import { MODES } from '../../../lab/modes.ts';
import { dialogueCase } from '../../kit/dialogue-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { RandomNumbers } from '../../kit/random-numbers.ts';
import { article, kernel } from '../../kit/requirement.ts';
import type { Stage } from '../../kit/stage.ts';
import { RuleTables, wordsOf } from '../../models/rule-tables.ts';
import { type Names, pick, randomRule } from './random-rules.ts';
import { columns, serverLine, TITLES } from './titles.ts';

const SEED = 19;
const COMMANDS = 300;
const LOOK_EVERY = 20;

/** Services in the order in which they are saved. */
function namesFor({ vip, method }: Stage): Names {
  const last = [0, 9, 10, 255];
  return {
    services: [`-t ${vip}:80`, `-t ${vip}:65535`, `-u ${vip}:80`, '-f 7'],
    serverOf: (service, random) => {
      const port = service.startsWith('-f') ? 0 : Number(service.split(':').at(-1));
      // Servers on several ports of one address are told apart, where ports can be mapped.
      const own = method === '-m' && port !== 0 ? pick(random, [port, 8080, 9090]) : port;
      return `10.250.0.${pick(random, last)}:${own}`;
    },
  };
}

export const anyOrder: readonly PacketCase[] = [
  dialogueCase(
    {
      name: 'commands/any-order',
      title: 'Rules in any order come to what the commands say',
      requirement:
        'Whatever the order in which services and servers are added, edited and deleted, each command is carried out or refused by the rules that there are, and -S, -L --nosort and --thresholds show what all of them together come to; saved rules make the same ones again.',
      sources: [article('rules'), kernel('ipvsadm: grammar, §7.1'), kernel('ipvsadm: save, §7.3')],
    },
    async (dialogue, stage) => {
      const names = namesFor(stage);
      const random = new RandomNumbers(SEED, 'rules in any order');
      const tables = new RuleTables();
      const forwarding = { option: stage.method, tunnel: stage.method === '-i' ? ' --tun-type ipip' : '' };
      const saved = () =>
        names.services
          .filter((key) => tables.services.has(key))
          .flatMap((key) => tables.saved(key, forwarding));
      for (let i = 1; i <= COMMANDS; i++) {
        const rule = randomRule(random, names);
        const refusal = tables.apply(rule);
        if (refusal === undefined) await dialogue.does(wordsOf(rule, stage.method));
        else await dialogue.isRefused(wordsOf(rule, stage.method), refusal);
        if (i % LOOK_EVERY !== 0) continue;
        const lines = saved();
        await dialogue.prints('-Sn', lines.length === 0 ? [''] : lines);
        for (const [key, { servers }] of tables.services) {
          const shown = (line: (server: (typeof servers)[number]) => string) => servers.map(line);
          await dialogue.printsServers(
            `-Ln --nosort --thresholds ${key}`,
            shown(({ name, upper, lower }) =>
              serverLine(name, columns([upper, 10], [lower, 10], [0, 10], [0, 10])),
            ),
          );
          await dialogue.printsServers(
            `-Ln --nosort ${key}`,
            shown(({ name, weight }) =>
              serverLine(name, columns([MODES[stage.mode].ipvsadmName, 7], [weight, 6], [0, 10], [0, 10])),
            ),
          );
        }
      }
      const lines = saved();
      await dialogue.does('-C');
      await dialogue.prints('-Ln', TITLES.plain);
      await dialogue.does(...lines);
      await dialogue.prints('-Sn', lines);
    },
  ),
];
