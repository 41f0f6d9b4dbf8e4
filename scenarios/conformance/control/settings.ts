/** Settings, marks and rules over the control socket: what is told, and how it is refused. */

import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectValues, outcome } from '../../kit/expecting/expect.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { contract, kernel } from '../../kit/requirement.ts';
import { refusalText } from './refusal-text.ts';

/** With the values that they have at first. */
const SETTINGS = {
  ...{ cache_bypass: 0, conn_reuse_mode: 1, conn_max: 8_388_608, drop_entry: 0, drop_packet: 0 },
  ...{ am_droprate: 10, amemthresh: 1_024, expire_nodest_conn: 0, expire_quiescent_template: 0 },
  ...{ lblc_expiration: 86_400, lblcr_expiration: 86_400, nat_icmp_send: 0, pmtu_disc: 1 },
  ...{ schedule_icmp: 0, run_estimation: 1, secure_tcp: 0, sloppy_sctp: 0, sloppy_tcp: 0 },
} as const;
const NAMES = Object.keys(SETTINGS);
const EXPECTED_NAMES = `expected one of ${NAMES.join(', ')}`;

const SPELLINGS = [
  'net.ipv4.vs.sloppy_tcp=1',
  'net/ipv4/vs/sloppy_tcp=0',
  ' sloppy_tcp = 1 ',
  'sloppy_tcp=0002',
];
const SPELLED = [1, 0, 1, 2];

/** What is no setting, and what is said of it. */
const NO_SETTINGS: Readonly<Record<string, string>> = {
  nosuch: `there is no setting "nosuch"; ${EXPECTED_NAMES}`,
  'net.ipv6.vs.sloppy_tcp=1': `there is no setting "net.ipv6.vs.sloppy_tcp"; ${EXPECTED_NAMES}`,
  '': `there is no setting ""; ${EXPECTED_NAMES}`,
  sloppy_tcp: 'invalid value "" for sloppy_tcp: expected a whole number from 0 to 2147483647',
  'sloppy_tcp=-1': 'invalid value "-1" for sloppy_tcp: expected a whole number from 0 to 2147483647',
  'sloppy_tcp=0x1': 'invalid value "0x1" for sloppy_tcp: expected a whole number from 0 to 2147483647',
  'sloppy_tcp=1.0': 'invalid value "1.0" for sloppy_tcp: expected a whole number from 0 to 2147483647',
  'sloppy_tcp=2147483648':
    'invalid value "2147483648" for sloppy_tcp: expected a whole number from 0 to 2147483647',
  'drop_entry=4': 'invalid value "4" for drop_entry: expected a whole number from 0 to 3',
};

/** Words that make no mark, and what is said of them. */
const NO_MARKS = [
  [{ dst: '10.77.0.300', set: '1' }, 'invalid destination "10.77.0.300": expected ADDRESS or ADDRESS/n'],
  [{ dst: '10.77.0.0/33', set: '1' }, 'invalid prefix length "33": expected 0 to 32'],
  [{ dst: '10.77.0.0/-1', set: '1' }, 'invalid prefix length "-1": expected 0 to 32'],
  [{ dst: '10.77.0.1', set: '4294967296' }, 'invalid mark "4294967296": expected 0 to 4294967295'],
  [{ dst: '10.77.0.1', set: '' }, 'invalid mark "": expected 0 to 4294967295'],
  [{ dst: '10.77.0.1', set: '1', proto: 'icmp' }, 'invalid protocol "icmp": expected tcp, udp or sctp'],
  [{ dst: '10.77.0.1', set: '1', dport: '0' }, 'invalid port "0": expected 1 to 65535'],
  [{ dst: '10.77.0.1', set: '1', dport: '65536' }, 'invalid port "65536": expected 1 to 65535'],
] as const;
const MARKS = [
  { dst: '10.77.0.0/0', set: '4294967295' },
  { dst: '10.77.0.0/32', set: '1', proto: 'udp', dport: '1' },
  { dst: '10.77.0.1', set: '0', proto: 'sctp', dport: '65535' },
] as const;

export const settings: readonly PacketCase[] = [
  packetCase({
    name: 'control/settings',
    title: 'Each setting is told as it was set, and has its own value at first',
    requirement:
      'A director tells all of its settings with their values; one that is set, by its name or as the sysctl it is, changes and no other does; and a name that there is not, a value out of range or words that make no mark are refused with what was expected.',
    sources: [contract('the control socket'), kernel('settings, §6')],
    // The same in every mode.
    modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
    virtualTime: true,
    play: async ({ director }) => {
      const told: Record<string, [string, string]> = {};
      const client = director.control?.client;
      const tell = async (when: string, expected: Readonly<Record<string, number>>) => {
        told[when] = [JSON.stringify(expected), JSON.stringify(await client?.settings())];
      };
      await tell('at first', SETTINGS);
      for (const name of NAMES) {
        const usual = SETTINGS[name as keyof typeof SETTINGS];
        await client?.set(`${name}=3`);
        await tell(`with ${name}=3`, { ...SETTINGS, [name]: 3 });
        await client?.set(`${name}=${usual}`);
      }
      for (const [i, text] of SPELLINGS.entries()) {
        await client?.set(text);
        await tell(`with ${text}`, { ...SETTINGS, sloppy_tcp: SPELLED[i]! });
      }
      const texts: Record<string, [string, string]> = {};
      for (const [text, expected] of Object.entries(NO_SETTINGS)) {
        texts[`set ${text}`] = [expected, await refusalText(() => client?.set(text))];
      }
      for (const [words, expected] of NO_MARKS) {
        texts[`mark ${JSON.stringify(words)}`] = [expected, await refusalText(() => client?.mark(words))];
      }
      for (const words of MARKS) {
        texts[`mark ${JSON.stringify(words)}`] = ['done', await refusalText(() => client?.mark(words))];
      }
      await tell('after what was refused', { ...SETTINGS, sloppy_tcp: SPELLED.at(-1)! });
      return { told, texts };
    },
    check: (_seen, { told, texts }) =>
      outcome(
        Object.keys(told).length + Object.keys(texts).length,
        `${counted(Object.keys(told).length, 'list')} of all settings, and what is said of ${Object.keys(texts).length} requests`,
        expectValues('Settings are not told as they are.', told),
        expectValues('A request is not answered as it should be.', texts),
      ),
  }),
];
