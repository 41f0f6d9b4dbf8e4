/** IPVS in a guest, as a running director: ipvsadm, settings and marks, carried out there. */
import type { MarkWords } from '../../../director/index.ts';
import type { Guest } from '../../../lab/guest/guest.ts';
import { LabError } from '../../../lab/index.ts';
import type { Ipvsadm } from '../../../lab/ipvsadm.ts';
import { UnsupportedError } from '../../../scenarios/kit/unsupported-error.ts';
import type { WiredDirector } from '../director-under-test.ts';
import { readSnapshot } from './snapshot.ts';

/** The kernel brings the counters that it shows up to date every two seconds. */
const COUNTED_AFTER_MS = 2_500;
const MARKS = 'ip lvs-lab-marks';
const PAGES = '/run/pages';
/** Of routes for what is marked. */
const ROUTES = '100';

/** @param notBuilt Schedulers that its kernel is built without. */
export function guestDirector(guest: Guest, notBuilt: readonly string[]): WiredDirector['running'] {
  const ipvsadm: Ipvsadm = async (words, stdin = '') => {
    const output = await guest.run(['ipvsadm', ...words], stdin);
    const asked = `${words.join(' ')}\n${stdin}`;
    const missing = notBuilt.find((name) => new RegExp(`(-s|--scheduler) ${name}\\b`).test(asked));
    if (output.exitCode === 0 || missing === undefined) return output;
    throw new UnsupportedError(
      `this kernel is built without the scheduler ${missing}: ${output.stderr.trim()}`,
    );
  };
  const done = async (words: readonly string[], stdin?: string) => {
    const { exitCode, stderr } = await guest.run(words, stdin);
    if (exitCode !== 0) throw new LabError(`${words.join(' ')} failed in the guest: ${stderr.trim()}`);
  };
  let listensOn: number | undefined;
  const listen = async (port: number) => {
    listensOn = port;
    const page = `mkdir -p ${PAGES} && echo '{"server":"director"}' >${PAGES}/index.html`;
    await done(['sh', '-c', `${page} && busybox httpd -p ${port} -h ${PAGES}`]);
  };
  return {
    ipvsadm,
    apply: async (rules) => {
      if (rules.length === 0) return;
      const { exitCode, stderr } = await ipvsadm(['-R'], rules.join('\n'));
      if (exitCode !== 0 || stderr !== '') throw new LabError(stderr.trim());
    },
    reset: async () => {
      await guest.renew();
      if (listensOn !== undefined) await listen(listensOn);
    },
    listen,
    snapshot: async () => {
      await guest.passTime(COUNTED_AFTER_MS);
      return readSnapshot((words) => guest.run(words));
    },
    settle: () => guest.settle(),
    machine: {
      setMtu: (port, bytes) => guest.setMtu(port, bytes),
      setIpForward: (on) => guest.set('net.ipv4.ip_forward', on ? 1 : 0),
      passTime: (ms, stepped) => guest.passTime(ms, stepped),
    },
    mark: async (words) => {
      await done(['nft', '-f', '-'], markRules(words));
      if (Number(words.set) === 0) return;
      // IPVS sees what is for this machine, which what is marked counts as, wherever it goes.
      await done(['ip', 'route', 'replace', 'local', 'default', 'dev', 'lo', 'table', ROUTES]);
      await done(['ip', 'rule', 'add', 'fwmark', words.set, 'lookup', ROUTES]);
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
