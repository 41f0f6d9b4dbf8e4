/** IPVS in a guest, as a running director: ipvsadm, settings and marks, carried out there. */
import type { MarkWords } from '../../../director/index.ts';
import type { Guest } from '../../../lab/guest/guest.ts';
import { LabError } from '../../../lab/index.ts';
import type { Ipvsadm } from '../../../lab/ipvsadm.ts';
import type { RunningDirector } from '../director-under-test.ts';
import { readSnapshot } from './snapshot.ts';

const MARKS = 'ip lvs-lab-marks';

export function guestDirector(guest: Guest): RunningDirector {
  const ipvsadm: Ipvsadm = (words, stdin) => guest.run(['ipvsadm', ...words], stdin);
  return {
    ipvsadm,
    apply: async (rules) => {
      if (rules.length === 0) return;
      const { exitCode, stderr } = await ipvsadm(['-R'], rules.join('\n'));
      if (exitCode !== 0 || stderr !== '') throw new LabError(stderr.trim());
    },
    reset: () => guest.renew(),
    snapshot: () => readSnapshot((words) => guest.run(words)),
    settle: () => guest.settle(),
    machine: {
      setMtu: (port, bytes) => guest.setMtu(port, bytes),
      setIpForward: (on) => guest.set('net.ipv4.ip_forward', on ? 1 : 0),
    },
    mark: async (words) => {
      const { exitCode, stderr } = await guest.run(['nft', '-f', '-'], markRules(words));
      if (exitCode !== 0) throw new LabError(`nftables does not mark: ${stderr.trim()}`);
    },
    set: async (setting) => {
      const [name = '', value = ''] = setting.split('=');
      await guest.set(`net.ipv4.vs.${name}`, value);
    },
    ended: guest.ended,
    stop: () => guest.stop(),
  };
}

/** As `nft -f` reads it. Further rules follow those before. */
function markRules({ dst, proto, dport, set }: MarkWords): string {
  const protocol = proto === undefined ? [] : [`meta l4proto ${proto}`];
  const transport = proto === undefined ? ['meta l4proto { tcp, udp, sctp }'] : [];
  const port = dport === undefined ? [] : [...transport, `th dport ${dport}`];
  const rule = [`ip daddr ${dst}`, ...protocol, ...port, `meta mark set ${set}`].join(' ');
  return [
    `add table ${MARKS}`,
    `add chain ${MARKS} prerouting { type filter hook prerouting priority mangle; }`,
    `add rule ${MARKS} prerouting ${rule}`,
    '',
  ].join('\n');
}
