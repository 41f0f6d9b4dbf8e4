/** A director around which a mistake is made, or none: one process and one network serve all mistakes, one after the other. */
import type { Lab, Topology } from '../../../lab/index.ts';
import { UnsupportedError } from '../../../scenarios/kit/unsupported-error.ts';
import type { DirectorUnderTest, RunningDirector } from '../../directors/director-under-test.ts';
import type { Mistake } from './mistakes.ts';

const TABLE = 'netdev lvs-lab-mistake';

export class MistakenDirector {
  readonly director: DirectorUnderTest;
  #mistake: Mistake | undefined;
  readonly #labs = new Set<Lab>();

  constructor(right: DirectorUnderTest) {
    this.director = {
      ...right,
      start: async (lab, rules, seed, host) => {
        const running = await right.start(lab, rules, seed, host);
        await spoilPackets(lab, this.#mistake?.packets);
        this.#labs.add(lab);
        return this.#around(running, lab.topology);
      },
    };
  }

  /** Makes a mistake in the place of the one before; none if undefined. */
  async make(mistake: Mistake | undefined): Promise<void> {
    this.#mistake = mistake;
    for (const lab of this.#labs) await spoilPackets(lab, mistake?.packets);
  }

  /** Whether the mistake could not be made: its packets leave past what would spoil them. */
  async isPassedBy(): Promise<boolean> {
    if (this.#mistake?.packets === undefined) return false;
    const counts = await Promise.all([...this.#labs].map(packetsSpoilt));
    return counts.every((packets) => packets === 0);
  }

  /** A network that is no longer up. */
  forget(): void {
    this.#labs.clear();
  }

  #around(running: RunningDirector, topology: Topology): RunningDirector {
    const { ipvsadm, mark, set } = running;
    const told = (lines: readonly string[]) => {
      const rule = this.#mistake?.rule;
      return rule === undefined ? lines : lines.flatMap((line) => rule(line, topology) ?? []);
    };
    const yes = async <Value>(ask: Promise<Value>, otherwise: Value): Promise<Value> => {
      try {
        return await ask;
      } catch (error) {
        if (this.#mistake?.takesAll === true && error instanceof UnsupportedError) return otherwise;
        throw error;
      }
    };
    return {
      ...running,
      apply: async (lines) => {
        const left = told(lines);
        if (left.length > 0) await yes(running.apply(left), undefined);
      },
      reset: () => (this.#mistake?.keepsConnections === true ? running.apply(['-C']) : running.reset()),
      ...(ipvsadm !== undefined && {
        ipvsadm: async (words, stdin = '') => {
          const input = words[0] === '-R' ? textOf(told(stdin.trimEnd().split('\n'))) : stdin;
          const answer = await yes(ipvsadm(words, input), { exitCode: 0, stdout: '', stderr: '' });
          const print = this.#mistake?.print;
          return print === undefined ? answer : { ...answer, stdout: print(words, answer.stdout) };
        },
      }),
      ...(mark !== undefined && {
        mark: async (words) => {
          if (this.#mistake?.ignores !== 'mark') await mark(words);
        },
      }),
      ...(set !== undefined && {
        set: async (setting) => {
          if (this.#mistake?.ignores !== 'set') await set(setting);
        },
      }),
    };
  }
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** @param statement What nftables does to each packet that leaves the director's machine; undefined for nothing any more. */
async function spoilPackets(lab: Lab, statement: string | undefined): Promise<void> {
  const host = lab.host('director');
  const chains = host.spec.interfaces.map(({ name }) => {
    const hook = `type filter hook egress device "${name}" priority 0;`;
    return `chain ${name} { ${hook} counter; ${statement}; }`;
  });
  const rules = [
    `table ${TABLE}`,
    `delete table ${TABLE}`,
    ...(statement === undefined ? [] : [`table ${TABLE} {`, ...chains, '}']),
  ];
  await host.run('nft', ['-f', '-'], { input: textOf(rules) });
}

/** Packets that nftables has seen leave. What is sent past it, as by XDP, is not among them. */
async function packetsSpoilt(lab: Lab): Promise<number> {
  const { stdout } = await lab.host('director').run('nft', ['list', 'table', ...TABLE.split(' ')]);
  return [...stdout.matchAll(/counter packets (\d+)/g)].reduce(
    (sum, [, packets]) => sum + Number(packets),
    0,
  );
}
