/** A recorded case of decisions: a virtual service, the steps that were carried out with it, and its `ipvsadm` rules. */
import { z } from 'zod';
import { MODES, type Mode } from '../../lab/modes.ts';

const server = z.looseObject({
  rip: z.string(),
  weight: z.number().int(),
  x: z.number().int().optional(),
  y: z.number().int().optional(),
  rport: z.number().int().optional(),
});

/** `[rip, weight, active, inactive]` of the servers for which any of them has changed. */
const counts = z.array(z.tuple([z.string(), z.number(), z.number(), z.number()])).optional();

const endpoint = {
  proto: z.enum(['tcp', 'udp']).optional(),
  vip: z.string().optional(),
  vport: z.number().int().optional(),
};

const reception = {
  /** The server that received it, or null. */
  chosen: z.string().nullable(),
  rport: z.number().int().optional(),
  /** What the client received instead. */
  reply: z.string().optional(),
  counts,
};

const stepSchema = z.discriminatedUnion('op', [
  z.looseObject({
    op: z.literal('connect'),
    cip: z.string(),
    cport: z.number().int(),
    how: z.enum(['full', 'syn']).optional(),
    conn: z.number().int().optional(),
    ...endpoint,
    ...reception,
  }),
  z.looseObject({
    op: z.literal('packet'),
    cip: z.string(),
    cport: z.number().int(),
    ...endpoint,
    ...reception,
  }),
  z.looseObject({
    op: z.literal('close'),
    conn: z.number().int(),
    how: z.enum(['fin', 'rsfin', 'rst', 'rsrst', 'halffin']),
    counts,
  }),
  z.looseObject({ op: z.literal('establish'), conn: z.number().int(), counts }),
  z.looseObject({ op: z.literal('add'), ...server.shape, counts }),
  z.looseObject({ op: z.literal('edit'), ...server.shape, counts }),
  z.looseObject({ op: z.literal('del'), rip: z.string(), rport: z.number().int().optional(), counts }),
  z.looseObject({
    op: z.literal('edit-service'),
    scheduler: z.string(),
    args: z.union([z.string(), z.array(z.string())]).nullish(),
    counts,
  }),
  z.looseObject({ op: z.literal('sysctl'), name: z.string(), value: z.coerce.number(), counts }),
  z.looseObject({ op: z.literal('sleep'), seconds: z.number(), counts }),
  z.looseObject({
    op: z.literal('templates'),
    /** Protocol, client (masked), virtual address, port, server, port. */
    list: z.array(z.tuple([z.string(), z.string(), z.string(), z.number(), z.string(), z.number()])),
    counts,
  }),
]);

const caseSchema = z.looseObject({
  name: z.string(),
  scheduler: z.string(),
  flags: z.string().optional(),
  proto: z.enum(['tcp', 'udp']).optional(),
  vip: z.string().optional(),
  vport: z.number().int().optional(),
  fwmark: z.number().int().optional(),
  mark_dst: z.string().optional(),
  forward: z.enum(['masq', 'route', 'tunnel']),
  persistent: z.number().int().optional(),
  netmask: z.string().optional(),
  ops: z.boolean().optional(),
  timeouts: z.tuple([z.number(), z.number(), z.number()]).optional(),
  sysctls: z.record(z.string(), z.coerce.number()).optional(),
  dests: z.array(server),
  kernel_order: z.array(z.string()).optional(),
  steps: z.array(stepSchema),
});

export const decisionsSchema = z.looseObject({ scheduler: z.string(), cases: z.array(caseSchema) });

export type DecisionCase = z.infer<typeof caseSchema>;
export type DecisionStep = z.infer<typeof stepSchema>;
export type ServerRule = z.infer<typeof server>;
export type Reception = Pick<Extract<DecisionStep, { op: 'packet' }>, 'chosen' | 'rport' | 'reply'>;
export type Counts = NonNullable<DecisionStep['counts']>;
export type Templates = Extract<DecisionStep, { op: 'templates' }>['list'];

/** Modes by their names in recordings. */
const MODE_OF: Readonly<Record<DecisionCase['forward'], Mode>> = { masq: 'nat', route: 'dr', tunnel: 'tun' };

/** The lines of `ipvsadm -R` that a case was set up with, and those of its later changes. */
export class DecisionRules {
  readonly #case: DecisionCase;

  constructor(decisionCase: DecisionCase) {
    this.#case = decisionCase;
  }

  /** Lines in the order in which they were given. */
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
