/**
 * What the project needs from the machine, as data. `probe.ts` finds out what is there, `install.ts` adds what
 * is missing, `doctor.ts` shows it.
 */

/** What needs it: `npm run bench`, `conformance --lab netns`, `npm test`, `--director ipvs`, or nothing but a convenience. */
export type Purpose = 'bench' | 'packets' | 'throughput' | 'test' | 'guest' | 'optional';

interface Need {
  /** What it is used for, as the end of "needed for …". */
  readonly usedFor: string;
  readonly neededFor: readonly Purpose[];
}

/** A program that must be found on the system's path. */
export interface CommandRequirement extends Need {
  readonly kind: 'command';
  readonly name: string;
  /** The package of Debian and Ubuntu that holds it. */
  readonly debianPackage: string;
  /** A service that the package would start. The installer keeps it from starting, now and at boot. */
  readonly service?: string;
}

/** Something the running kernel must be able to do. Found out by doing it. */
export interface KernelRequirement extends Need {
  readonly kind: 'kernel';
  readonly name: KernelFeature;
  /** What to do where it is missing. */
  readonly cure: string;
}

/** Something about the process itself. */
export interface RuntimeRequirement extends Need {
  readonly kind: 'runtime';
  readonly name: 'node' | 'root';
  readonly cure: string;
}

export type Requirement = CommandRequirement | KernelRequirement | RuntimeRequirement;

export type KernelFeature =
  | 'network namespaces'
  | 'veth'
  | 'bridge'
  | 'packet rings'
  | 'nftables netdev ingress'
  | 'TUN decapsulation'
  | 'XDP'
  | 'AF_XDP'
  | 'ip_vs'
  | 'user namespaces'
  | '/dev/net/tun';

/** Whatever builds networks. */
const always: readonly Purpose[] = ['bench', 'packets', 'test'];
/** Real clients and servers, and captures of all that they do. */
const traffic: readonly Purpose[] = ['bench', 'test'];
const optional: readonly Purpose[] = ['optional'];
/** Throughput is measured without them too, and says what it could not compare. */
const wished: readonly Purpose[] = ['throughput', 'optional'];
/** The kernel's IPVS in a guest, of Debian's packages. */
const guest: readonly Purpose[] = ['guest', 'optional'];
const otherKernel = "Boot a distribution's stock kernel, for example Debian 12's, or use the Vagrantfile";

export const requirements: readonly Requirement[] = [
  {
    kind: 'runtime',
    name: 'node',
    usedFor: 'running lvs-lab',
    neededFor: always,
    cure: 'Run npm install, then start it through npm run or bin/lvs-lab, which use the pinned Node',
  },
  {
    kind: 'runtime',
    name: 'root',
    usedFor: 'building networks and capturing packets',
    neededFor: ['bench', 'packets'],
    cure: 'Run it again under: sudo env "PATH=$PATH"',
  },

  {
    kind: 'command',
    name: 'ip',
    debianPackage: 'iproute2',
    usedFor: 'namespaces, links, addresses and routes',
    neededFor: always,
  },
  {
    kind: 'command',
    name: 'ethtool',
    debianPackage: 'ethtool',
    usedFor: 'turning offloads off, so that captures show real packets',
    neededFor: always,
  },
  {
    kind: 'command',
    name: 'nft',
    debianPackage: 'nftables',
    usedFor: 'keeping the kernel from answering what the director takes',
    neededFor: always,
  },
  {
    kind: 'command',
    name: 'tcpdump',
    debianPackage: 'tcpdump',
    usedFor: 'capturing on every link',
    neededFor: traffic,
  },
  {
    kind: 'command',
    name: 'redis-server',
    debianPackage: 'redis-server',
    service: 'redis-server',
    usedFor: 'the shared storage behind the real servers',
    neededFor: traffic,
  },
  {
    kind: 'command',
    name: 'curl',
    debianPackage: 'curl',
    usedFor: 'single requests',
    neededFor: traffic,
  },

  {
    kind: 'command',
    name: 'sysctl',
    debianPackage: 'procps',
    usedFor: 'kernel settings, as scripts for the kernel’s IPVS make them',
    neededFor: ['test'],
  },
  {
    kind: 'command',
    name: 'socat',
    debianPackage: 'socat',
    usedFor: 'files through the VIP, as scripts for the kernel’s IPVS send them',
    neededFor: ['test'],
  },
  {
    kind: 'command',
    name: 'ipvsadm',
    debianPackage: 'ipvsadm',
    service: 'ipvsadm',
    usedFor: "the kernel's own IPVS as director under test",
    neededFor: optional,
  },
  {
    kind: 'command',
    name: 'qemu-system-x86_64',
    debianPackage: 'qemu-system-x86',
    usedFor: "the kernel's own IPVS as director under test, in a guest",
    neededFor: guest,
  },
  {
    kind: 'command',
    name: 'xz',
    debianPackage: 'xz-utils',
    usedFor: "the modules of the guest's kernel",
    neededFor: guest,
  },
  {
    kind: 'command',
    name: 'haproxy',
    debianPackage: 'haproxy',
    service: 'haproxy',
    usedFor: 'HAProxy, to compare a director’s throughput with, and as a director under test',
    neededFor: [...wished, 'test'],
  },
  {
    kind: 'command',
    name: 'ldirectord',
    debianPackage: 'ldirectord',
    service: 'ldirectord',
    usedFor: 'ldirectord on this director, whose servers fail and recover',
    neededFor: ['test'],
  },
  {
    kind: 'command',
    name: 'nginx',
    debianPackage: 'nginx-light',
    service: 'nginx',
    usedFor: 'real servers that hold no director back',
    neededFor: wished,
  },
  {
    kind: 'command',
    name: 'wrk',
    debianPackage: 'wrk',
    usedFor: 'a second load generator to compare with',
    neededFor: optional,
  },
  {
    kind: 'command',
    name: 'tshark',
    debianPackage: 'tshark',
    usedFor: 'a second opinion on captures',
    neededFor: optional,
  },
  {
    kind: 'command',
    name: 'chromium',
    debianPackage: 'chromium',
    usedFor: 'the HTML report, opened and used in a real browser',
    neededFor: ['test'],
  },
  {
    kind: 'command',
    name: 'vagrant',
    debianPackage: 'vagrant',
    usedFor: 'the whole bench in a virtual machine',
    neededFor: optional,
  },

  {
    kind: 'kernel',
    name: 'network namespaces',
    usedFor: 'the hosts of a lab',
    neededFor: always,
    cure: otherKernel,
  },
  { kind: 'kernel', name: 'veth', usedFor: 'the links of a lab', neededFor: always, cure: otherKernel },
  { kind: 'kernel', name: 'bridge', usedFor: 'the switches of a lab', neededFor: always, cure: otherKernel },
  {
    kind: 'kernel',
    name: 'packet rings',
    usedFor: 'captures, and how frames reach the director',
    neededFor: always,
    cure: otherKernel,
  },
  {
    kind: 'kernel',
    name: 'nftables netdev ingress',
    usedFor: 'keeping the kernel from answering what the director takes',
    neededFor: always,
    cure: otherKernel,
  },
  {
    kind: 'kernel',
    name: 'TUN decapsulation',
    usedFor: 'real servers that take the outer header off',
    neededFor: traffic,
    cure: `${otherKernel}; it needs the module ipip, or tcx (Linux 6.6)`,
  },
  {
    kind: 'kernel',
    name: 'XDP',
    usedFor: 'the fast path of the director, and packet-rate load',
    neededFor: optional,
    cure: otherKernel,
  },
  {
    kind: 'kernel',
    name: 'AF_XDP',
    usedFor: 'the director on AF_XDP sockets',
    neededFor: optional,
    cure: otherKernel,
  },
  {
    kind: 'kernel',
    name: 'ip_vs',
    usedFor: "the kernel's own IPVS as director under test",
    neededFor: optional,
    cure: otherKernel,
  },
  {
    kind: 'kernel',
    name: 'user namespaces',
    usedFor: 'labs without root',
    neededFor: optional,
    cure: 'Allow them: sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000',
  },
  {
    kind: 'kernel',
    name: '/dev/net/tun',
    usedFor: 'a director on a TUN device',
    neededFor: optional,
    cure: 'Run modprobe tun, or pass the device into the container',
  },
];

/** The requirements of one purpose, in the order of the table. */
export function requirementsFor(purpose: Purpose): readonly Requirement[] {
  return requirements.filter((requirement) => requirement.neededFor.includes(purpose));
}

/** Whether the project cannot do its work without it. */
export function isRequired(requirement: Requirement): boolean {
  return !requirement.neededFor.includes('optional');
}
