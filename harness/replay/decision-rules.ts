/** The lines of `ipvsadm -R` that a decision case was set up with, and those of its later changes. */
import { MODES, type Mode } from '../../lab/modes.ts';
import type { DecisionCase, ServerRule } from './decision-schema.ts';

/** What recordings call each mode. */
const MODE_OF: Readonly<Record<DecisionCase['forward'], Mode>> = { masq: 'nat', route: 'dr', tunnel: 'tun' };

export class DecisionRules {
  readonly #case: DecisionCase;

  constructor(decisionCase: DecisionCase) {
    this.#case = decisionCase;
  }

  /** In the order in which they were given. */
  setup(): string[] {
    const { scheduler, flags, persistent, netmask, ops, timeouts, dests } = this.#case;
    const service = [
      `-A ${this.#service} -s ${scheduler}`,
      flags ? `-b ${flags}` : '',
      persistent === undefined ? '' : `-p ${persistent}`,
      netmask === undefined ? '' : `-M ${netmask}`,
      ops ? '-o' : '',
    ];
    return [
      ...(timeouts === undefined ? [] : [`--set ${timeouts.join(' ')}`]),
      service.join(' '),
      ...dests.map((server) => this.add(server)),
    ];
  }

  add(server: ServerRule): string {
    return `-a ${this.#server(server)} ${this.#settings(server)}`;
  }

  edit(server: ServerRule): string {
    return `-e ${this.#server(server)} ${this.#settings(server)}`;
  }

  remove(server: Pick<ServerRule, 'rip' | 'rport'>): string {
    return `-d ${this.#server(server)}`;
  }

  editService(scheduler: string, args: string | readonly string[] | null | undefined): string {
    const words = typeof args === 'string' ? args : (args?.join(' ') ?? '');
    return `-E ${this.#service} -s ${scheduler} ${words}`;
  }

  get #service(): string {
    const { fwmark, proto, vip, vport } = this.#case;
    if (fwmark !== undefined) return `-f ${fwmark}`;
    return `${proto === 'udp' ? '-u' : '-t'} ${vip}:${vport}`;
  }

  #server({ rip, rport }: Pick<ServerRule, 'rip' | 'rport'>): string {
    return `${this.#service} -r ${rip}${rport === undefined ? '' : `:${rport}`}`;
  }

  #settings({ weight, x, y }: ServerRule): string {
    const thresholds = [x === undefined ? '' : `-x ${x}`, y === undefined ? '' : `-y ${y}`];
    return [MODES[MODE_OF[this.#case.forward]].ipvsadmOption, `-w ${weight}`, ...thresholds].join(' ');
  }
}
