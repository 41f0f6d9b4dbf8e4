/** Commands at random: of few services and servers, so that many meet one that is there already or is not there. */
import type { RandomNumbers } from '../../kit/random-numbers.ts';
import type { RuleCommand, ServerOptions, ServiceOptions } from '../../models/rule-tables.ts';
import { ALL_SCHEDULERS } from '../../models/schedulers.ts';

/** Numbers at which something may change: of bytes, of 16 bits, of 31. */
const EDGES = [0, 1, 2, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536, 65_537, 16_777_216, 2 ** 31 - 1];
const TIMES_S = [1, 2, 59, 60, 255, 256, 360, 32_768, 65_535, 65_536, 2_147_483, 2_678_400];
const NETMASKS = ['255.255.255.0', '255.255.0.0', '128.0.0.0', '255.255.255.254', '0.0.0.0'];
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  sh: ['sh-port', 'sh-fallback', 'sh-fallback,sh-port'],
  mh: ['mh-port', 'mh-fallback', 'mh-fallback,mh-port'],
};

export interface Names {
  /** Such as `-t 10.0.1.100:80`. */
  readonly services: readonly string[];
  /** Schedulers that are asked for; those of IPVS that every kernel has unless given. */
  readonly schedulers?: readonly string[];
  /** ADDRESS:PORT of a server, for the service that it is to serve. */
  serverOf(service: string, random: RandomNumbers): string;
}

/** Not built by every kernel. */
const SCHEDULERS = ALL_SCHEDULERS.filter((name) => name !== 'twos');

export function pick<Item>(random: RandomNumbers, items: readonly Item[]): Item {
  return items[random.below(items.length)] as Item;
}

export function randomRule(random: RandomNumbers, names: Names): RuleCommand {
  const service = pick(random, names.services);
  const command = pick(random, [
    '-A',
    '-A',
    '-E',
    '-E',
    '-D',
    '-a',
    '-a',
    '-a',
    '-a',
    '-a',
    '-e',
    '-e',
    '-e',
    '-d',
    '-d',
  ] as const);
  if (random.below(200) === 0) return { command: '-C' };
  if (command === '-D') return { command, service };
  if (command === '-A' || command === '-E') {
    const options = serviceOptions(random, service.startsWith('-u'), names.schedulers ?? SCHEDULERS);
    return { command, service, options };
  }
  const server = names.serverOf(service, random);
  return command === '-d'
    ? { command, service, server }
    : { command, service, server, options: serverOptions(random) };
}

function serviceOptions(
  random: RandomNumbers,
  isUdp: boolean,
  schedulers: readonly string[],
): ServiceOptions {
  const scheduler = pick(random, schedulers);
  const flags = FLAGS[scheduler];
  return {
    scheduler,
    ...(random.below(2) === 0 && {
      persistenceS: pick(random, TIMES_S),
      ...(random.below(2) === 0 && { netmask: pick(random, NETMASKS) }),
    }),
    ...(isUdp && random.below(3) === 0 && { isOnePacket: true }),
    ...(flags !== undefined && random.below(2) === 0 && { flags: pick(random, flags) }),
  };
}

function serverOptions(random: RandomNumbers): ServerOptions {
  const number = () => (random.below(3) === 0 ? 0 : pick(random, EDGES));
  return { weight: pick(random, EDGES), upper: number(), lower: number() };
}
