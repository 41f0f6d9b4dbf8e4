/** The kernel's IPVS as a running director, wherever that kernel runs: ipvsadm, settings and marks are carried out there. */
import type { MarkWords } from '../../../director/index.ts';
import { LabError } from '../../../lab/index.ts';
import type { Ipvsadm, Output } from '../../../lab/ipvsadm.ts';
import { UnsupportedError } from '../../../scenarios/kit/unsupported-error.ts';
import type { Machine, RunningDirector } from '../director-under-test.ts';
import { readSnapshot } from './snapshot.ts';

/** The kernel brings the counters that it shows up to date every two seconds. */
const COUNTED_AFTER_MS = 2_500;
const SETTINGS = '/proc/sys/net/ipv4/vs';
const MARKS = 'ip lvs-lab-marks';
/** Of routes for what is marked. */
const ROUTES = '100';

/** A network namespace of a kernel that has IPVS. */
export interface IpvsHost {
  /** Runs a program in it. */
  run(words: readonly string[], stdin?: string): Promise<Output>;
  /** Changes a setting of its kernel. @throws LabError if it refuses. */
  set(name: string, value: string | number): Promise<void>;
  /** Puts another one in its place, in which nothing has happened yet. */
  renew(): Promise<void>;
  /** Lets so much time pass for its kernel. */
  passTime(ms: number): Promise<void>;
}

interface Program {
  /** The file of `ipvsadm`. */
  readonly ipvsadm: string;
  /** Schedulers that its kernel is built without. */
  readonly notBuilt: readonly string[];
}

export type KernelDirector = Omit<RunningDirector, 'ended' | 'stop'> & { readonly machine: Machine };

export function kernelDirector(host: IpvsHost, { ipvsadm: file, notBuilt }: Program): KernelDirector {
  const ipvsadm: Ipvsadm = async (words, stdin = '') => {
    const output = await host.run([file, ...words], stdin);
    const asked = `${words.join(' ')}\n${stdin}`;
    const missing = notBuilt.find((name) => new RegExp(`(-s|--scheduler) ${name}\\b`).test(asked));
    if (output.exitCode === 0 || missing === undefined) return output;
    throw new UnsupportedError(
      `this kernel is built without the scheduler ${missing}: ${output.stderr.trim()}`,
    );
  };
  const done = async (words: readonly string[], stdin?: string) => {
    const { exitCode, stderr } = await host.run(words, stdin);
    if (exitCode !== 0) throw new LabError(`${words.join(' ')} failed: ${stderr.trim()}`);
  };
  return {
    ipvsadm,
    apply: async (rules) => {
      if (rules.length === 0) return;
      const { exitCode, stderr } = await ipvsadm(['-R'], rules.join('\n'));
      if (exitCode !== 0 || stderr !== '') throw new LabError(stderr.trim());
    },
    reset: () => host.renew(),
    snapshot: (wait = (ms) => host.passTime(ms)) =>
      readSnapshot(
        ipvsadm,
        (words) => host.run(words),
        () => wait(COUNTED_AFTER_MS),
      ),
    machine: {
      setMtu: (port, bytes) => done(['ip', 'link', 'set', port, 'mtu', String(bytes)]),
      configure: (lines) => done(['ip', '-batch', '-'], `${lines.join('\n')}\n`),
      setIpForward: (on) => host.set('net.ipv4.ip_forward', on ? 1 : 0),
    },
    mark: async (words) => {
      await done(['nft', '-f', '-'], markRules(words));
      if (Number(words.set) === 0) return;
      // IPVS sees what is for this machine, which what is marked counts as, wherever it goes.
      await done(['ip', 'route', 'replace', 'local', 'default', 'dev', 'lo', 'table', ROUTES]);
      await done(['ip', 'rule', 'add', 'fwmark', words.set, 'lookup', ROUTES]);
    },
    settings: async () => {
      const { stdout } = await host.run(['grep', '-r', '', SETTINGS]);
      return Object.fromEntries(
        stdout.split('\n').flatMap((line) => {
          const [, name, value] = /\/(\w+):(\d+)$/.exec(line) ?? [];
          return name === undefined ? [] : [[name, Number(value)]];
        }),
      );
    },
    set: async (setting) => {
      const [name = '', value = ''] = setting.split('=');
      await host.set(`net.ipv4.vs.${name}`, value);
    },
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
