/** Checks of the cases about connections and rules: each finds what is wrong, and says it. */
import { describe, expect, it } from 'vitest';
import { ipText, tcpPacket } from '../../lab/frames/index.ts';
import { findingsOf, flagsOf, losing, replacing, type Wrong } from './fixtures/wrong-play.ts';

/** The SYN of a client as if it were for another port. */
function withPort(packet: Uint8Array, destinationPort: number): Uint8Array {
  if (packet[9] !== 6) return packet;
  const sourcePort = packet[20]! * 256 + packet[21]!;
  return tcpPacket(
    { source: ipText(packet, 12), destination: ipText(packet, 16), id: packet[4]! * 256 + packet[5]! },
    { sourcePort, destinationPort, flags: flagsOf(packet) },
  );
}

const WRONG: readonly Wrong[] = [
  [
    'states/established',
    'nat',
    'a FIN that is lost',
    losing(1, (packet) => (flagsOf(packet) & 1) !== 0),
    /in ESTABLISHED, then in fin/,
  ],
  [
    'states/client-closes',
    'dr',
    'counts that stay',
    { printed: (text) => text.replace(/0 +1 +$/m, '1 0') },
    /After segment 8/,
  ],
  [
    'states/fin-wait',
    'tun',
    'a wrong time',
    { printed: (text) => text.replaceAll('TCP 02:00', 'TCP 02:05').replaceAll('TCP 01:59', 'TCP 02:05') },
    /in FIN_WAIT/,
  ],
  ['secure-tcp/states', 'nat', 'the setting ignored', { withoutSettings: true }, /then (in|out)/],
  ['sctp/states', 'dr', 'a chunk lost', losing(5, (packet) => packet[9] === 132), /then in/],
  ['sctp/opening', 'nat', 'sloppy_sctp ignored', { withoutSettings: true }, /with sloppy_sctp/],
  ['timeout/established', 'nat', 'time too long', { slower: 1.1 }, /900 s are not over/],
  ['timeout/set-udp', 'dr', '--set ignored', { withoutCommand: '--set' }, /30 s are over/],
  ['timeout/close', 'tun', 'half the time', { slower: 0.5 }, /10 s are over/],
  ['reuse/mode-0', 'nat', 'the setting ignored', { withoutSettings: true }, /reuse is switched off/],
  ['reuse/persistent', 'dr', 'no persistence', replacing('-p 60', ''), /it is the same connection/],
  ['weight/quiesced', 'nat', 'weight 0 ignored', replacing('-w 0', '-w 1'), /rs3 has weight 0/],
  [
    'weight/all-zero',
    'dr',
    'a server left',
    { rule: (line) => (/-e .*\.11:/.test(line) ? undefined : line) },
    /no server may be chosen/,
  ],
  ['threshold/upper', 'tun', 'one too many', replacing('-x 3', '-x 4'), /which is all it may have/],
  [
    'threshold/release',
    'nat',
    'a lower threshold',
    replacing('-x 4', '-x 4 -y 4'),
    /not less than three quarters/,
  ],
  ['threshold/lower', 'dr', 'the lower threshold ignored', replacing('-y 2', ''), /not fewer than two/],
  ['persistence/sticks', 'nat', 'persistence ignored', replacing('-p 60', ''), /each client sticks/],
  [
    'persistence/netmask',
    'dr',
    'a bit too many',
    replacing('255.255.255.240', '255.255.255.248'),
    /The templates are not those/,
  ],
  [
    'persistence/netmask',
    'nat',
    'a bit too few',
    replacing('255.255.255.240', '255.255.255.224'),
    /it belongs to the addresses/,
  ],
  [
    'persistence/template',
    'tun',
    'another timeout',
    replacing('-p 200', '-p 190'),
    /time is not the service’s/,
  ],
  [
    'persistence/expire-quiescent',
    'nat',
    'the setting ignored',
    { withoutSettings: true },
    /rs3 has weight 0: scheduled anew/,
  ],
  ['persistence/expiry', 'dr', 'kept longer', replacing('-p 40', '-p 90'), /more than 40 s/],
  ['persistence/not-by-packets', 'nat', 'a longer time', replacing('-p 200', '-p 300'), /time left/],
  [
    'one-packet/each-scheduled',
    'nat',
    'connections kept',
    replacing(' -o', ''),
    /no datagram knows of the one before/,
  ],
  [
    'deleted/silent',
    'dr',
    'a server that stays',
    { rule: (line) => (line.startsWith('-d') ? undefined : line) },
    /its server was deleted/,
  ],
  ['deleted/expire-nodest', 'tun', 'the setting ignored', { withoutSettings: true }, /a new connection/],
  ['sloppy-tcp/admits', 'nat', 'the setting ignored', { withoutSettings: true }, /opens a connection/],
  ['drop-packet/tenth', 'dr', 'the setting ignored', { withoutSettings: true }, /every tenth one is dropped/],
  ['ftp/passive-data', 'nat', 'no persistence', replacing('-p 60', ''), /control connection is there/],
  ['marks/ports', 'nat', 'a service by address', replacing(/-f 7/, '-f 8'), /take turns together/],
  [
    'rules/list',
    'nat',
    'a line less',
    { printed: (text) => text.replace(/^UDP.*\n/m, '') },
    /does not show what was set/,
  ],
  [
    'rules/list-order',
    'dr',
    'no --nosort',
    {
      printed: (text, args) =>
        args.includes('--nosort') ? '-> 10.0.2.11: -> 10.0.2.12: -> 10.0.2.13:' : text,
    },
    /not in the order/,
  ],
  ['rules/save-restore', 'tun', 'a weight lost', { printed: (text) => text.replace('-w 4', '') }, /.*/],
  [
    'rules/edit-replaces',
    'nat',
    'an edit that is lost',
    { rule: (line) => (line.startsWith('-E') ? undefined : line) },
    /left something as it was/,
  ],
  [
    'rules/method-per-server',
    'nat',
    'one method for all',
    replacing(/-[gi]$/, '-m'),
    /goes through a tunnel/,
  ],
  [
    'counters/traffic',
    'nat',
    'frames counted',
    { printed: (text) => text.replace(/(\d+)\s+(\d+)$/gm, '$1 1') },
    /Not everything that passed is counted/,
  ],
  ['counters/zero', 'dr', '-Z ignored', { withoutCommand: '-Z' }, /after -Z/],
  [
    'rules/match',
    'tun',
    'another port',
    { packet: (packet) => withPort(packet, 80) },
    /it is what the rule says/,
  ],
  [
    'states/flag-order',
    'nat',
    'a RST that is lost',
    losing(1, (packet) => (flagsOf(packet) & 6) === 6),
    /A segment with SR/,
  ],
  ['timeout/set-listed', 'nat', '--set ignored', { withoutCommand: '--set' }, /List 2 of 5/],
];

describe('a case finds', () => {
  it.each(WRONG)('%s in %s: %s', async (name, mode, _what, how, says) => {
    const findings = await findingsOf(name, mode, how);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.map(({ message }) => message).join('\n')).toMatch(says);
  });
});
