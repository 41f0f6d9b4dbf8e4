import * as fc from 'fast-check';
import { ALL_SCHEDULERS, schedulerFacts } from '../../../../scenarios/models/schedulers.ts';

/** Rules that `-S` can write, as words. */
export interface ServiceRule {
  readonly name: string;
  readonly isIpv6: boolean;
  readonly isMark: boolean;
  readonly scheduler: string;
  readonly options: string;
}

const port = fc.integer({ min: 1, max: 65_535 });
/** Far apart, near to each other, and the same again and again. */
export const ipv4Address = fc.oneof(
  fc.constantFrom('10.99.0.1', '10.99.0.2', '207.175.44.110', '1.2.3.4', '192.168.0.255'),
  fc
    .tuple(fc.integer({ min: 1, max: 223 }), fc.nat(255), fc.nat(255), fc.nat(255))
    .map((parts) => parts.join('.')),
);
const ipv6Address = fc.constantFrom('2001:db8::1', '2001:db8::a:0:0:1', '::1', 'fc00::1234');

const ANY_FLAGS = ['flag-1', 'flag-2', 'flag-3'];

const schedulers = fc.constantFrom(...ALL_SCHEDULERS).chain((scheduler) =>
  fc.record({
    scheduler: fc.constant(scheduler),
    flags: fc.subarray([...(schedulerFacts(scheduler).flags ?? ANY_FLAGS)]),
  }),
);

const persistence = fc.option(
  fc.record({
    seconds: fc.integer({ min: 1, max: 2_678_400 }),
    mask: fc.option(fc.constantFrom('0.0.0.0', '255.255.255.0', '255.0.255.0')),
    prefix: fc.option(fc.integer({ min: 1, max: 127 })),
  }),
);

const name = fc.oneof(
  fc
    .tuple(fc.constantFrom('-t', '-u', '--sctp-service'), ipv4Address, port)
    .map(([option, address, number]) => ({
      name: `${option} ${address}:${number}`,
      isIpv6: false,
      isMark: false,
    })),
  fc.tuple(fc.constantFrom('-t', '-u'), ipv6Address, port).map(([option, address, number]) => ({
    name: `${option} [${address}]:${number}`,
    isIpv6: true,
    isMark: false,
  })),
  fc.tuple(fc.integer({ min: 1, max: 2_147_483_647 }), fc.boolean()).map(([mark, isIpv6]) => ({
    name: `-f ${mark}${isIpv6 ? ' -6' : ''}`,
    isIpv6,
    isMark: true,
  })),
);

export const serviceRule: fc.Arbitrary<ServiceRule> = fc
  .record({ name, schedulers, persistence, ops: fc.boolean(), engine: fc.boolean() })
  .map(
    ({
      name: { name: service, isIpv6, isMark },
      schedulers: { scheduler, flags },
      persistence: kept,
      ops,
      engine,
    }) => {
      const mask = isIpv6 ? kept?.prefix : kept?.mask;
      const options = [
        kept === null ? '' : ` -p ${kept.seconds}${mask === null ? '' : ` -M ${mask}`}`,
        engine ? ' --pe sip' : '',
        ops && (isMark || service.startsWith('-u')) ? ' -o' : '',
        flags.length === 0 ? '' : ` -b ${flags.join(',')}`,
      ];
      return { name: service, isIpv6, isMark, scheduler, options: options.join('') };
    },
  );

const tunnel = fc.oneof(
  fc.constantFrom('', ' --tun-type ipip', ' --tun-type gre', ' --tun-type gre --tun-csum'),
  fc
    .tuple(port, fc.constantFrom('', ' --tun-nocsum', ' --tun-csum', ' --tun-remcsum'))
    .map(([number, checksum]) => ` --tun-type gue --tun-port ${number}${checksum}`),
);

/** Address, port and settings of a server, without its service. */
export const serverRule = fc.record({
  isIpv6: fc.boolean(),
  ipv4: fc.integer({ min: 1, max: 20 }).map((i) => `10.0.2.${i}`),
  ipv6: ipv6Address,
  port: fc.nat(65_535),
  method: fc.oneof(
    fc.constantFrom('-m', '-g'),
    tunnel.map((options) => `-i${options}`),
  ),
  weight: fc.integer({ min: 0, max: 2_147_483_647 }),
});
