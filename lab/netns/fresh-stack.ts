/**
 * A host's network stack, which can be made anew: its interfaces then move into a fresh namespace, so that whatever the kernel
 * keeps for each namespace is as after a start.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ExecaError } from 'execa';
import { LabError } from '../error.ts';
import type { Output } from '../ipvsadm.ts';
import type { Interface } from '../topology.ts';
import { forwardingScript, hostScript } from './blueprint.ts';
import { cableLines, plugLine } from './cables.ts';
import type { LabHost, LabNamespace } from './host.ts';

/** The end of a cable that stays with the host. */
const endOf = ({ name }: Interface) => `end-${name}`;
const ALL_ENDS = ({ interfaces }: LabHost['spec']) => interfaces.map(endOf);

export class FreshStack {
  readonly #host: LabHost;
  /** Where the interfaces are: in the host's own namespace until they are renewed. */
  #current: LabNamespace;
  #renewals = 0;

  constructor(host: LabHost) {
    this.#host = host;
    this.#current = host;
  }

  /** Runs a program where the interfaces are. */
  async run(words: readonly string[], stdin = ''): Promise<Output> {
    const [file = '', ...rest] = words;
    const options = { input: stdin, reject: false, stripFinalNewline: false } as const;
    const { exitCode = -1, stdout, stderr } = await this.#current.run(file, rest, options);
    return { exitCode, stdout, stderr };
  }

  /** Changes a setting of the kernel where the interfaces are. @throws LabError if it refuses. */
  async set(name: string, value: string | number): Promise<void> {
    const file = `/proc/sys/${name.replaceAll('.', '/')}`;
    const { exitCode, stderr } = await this.run(['sh', '-c', `echo ${value} >${file}`]);
    if (exitCode !== 0) throw new LabError(`${name} cannot be set to ${value}: ${stderr.trim()}`);
  }

  /** Time passes by itself. */
  async passTime(ms: number): Promise<void> {
    await delay(ms);
  }

  /**
   * A fresh namespace with the interfaces in it, set up as the host is in the topology. The one before is forgotten.
   * @throws LabError with what the machine says where it does not work.
   */
  async renew(): Promise<void> {
    const { spec, namespace } = this.#host;
    const before = this.#current;
    const isFirst = before === this.#host;
    const own = this.#host.beside(String(++this.#renewals));
    const here = isFirst ? this.#cables(own) : spec.interfaces.map(({ name }) => moveLine(name, own));
    const script = [
      'set -e',
      `ip netns add ${own.namespace}`,
      `ip -n ${before.namespace} -batch - <<'LINES'\n${here.join('\n')}\nLINES`,
      ...(isFirst ? [] : [`ip netns delete ${before.namespace}`]),
      within(own.namespace, hostScript(offloadsDone(spec, isFirst))),
      within(namespace, forwardingScript(ALL_ENDS(spec))),
    ];
    try {
      await this.#host.runOutside(script.join('\n'));
    } catch (error) {
      if (!(error instanceof ExecaError)) throw error;
      throw new LabError(
        `${this.#host.name} gets no fresh network stack: ${error.stderr || error.shortMessage}`,
      );
    }
    this.#current = own;
  }

  /** What leads from the host's interfaces to those of the same name and address elsewhere. */
  #cables(to: LabNamespace): string[] {
    const { spec } = this.#host;
    return [
      ...cableLines(spec),
      ...spec.interfaces.flatMap((own) => [
        `link add ${endOf(own)} type veth peer name ${own.name} address ${own.mac} mtu ${own.mtu ?? 1500} netns ${to.namespace}`,
        plugLine(own, endOf(own)),
      ]),
    ];
  }
}

const moveLine = (port: string, { namespace }: LabNamespace) => `link set ${port} netns ${namespace}`;

const within = (namespace: string, script: string) =>
  `ip netns exec ${namespace} sh -s <<'WITHIN'\n${script}WITHIN`;

/** What is switched off stays so, wherever the interface goes. */
function offloadsDone(spec: LabHost['spec'], isFirst: boolean): LabHost['spec'] {
  if (isFirst) return spec;
  return { ...spec, interfaces: spec.interfaces.map((one) => ({ ...one, offloads: true })) };
}
