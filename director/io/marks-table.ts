/**
 * Copies to the director what is about to be delivered to this machine's own stack and was marked for a virtual service by
 * netfilter's mangle table.
 */
import { COPY_PRIORITY } from './handed-over.ts';
import { OwnedTable } from './nftables.ts';

const TABLE = 'ip lvs-lab-marks';
/** Where copies go to: any address will do, as the interface needs no neighbour. */
const COPY_GATEWAY = '192.0.0.8';

function marksDefinition(handover: string): string {
  const copy = `dup to ${COPY_GATEWAY} device "${handover}" drop`;
  return `{
  flags owner
  set marks { type mark; }
  chain prerouting {
    type filter hook prerouting priority -149; policy accept;
    iifname "${handover}" accept
    meta mark != @marks accept
    fib daddr type != local accept
    ip frag-off & 0x4000 != 0 meta priority set ${COPY_PRIORITY.dontFragment} ${copy}
    meta priority set ${COPY_PRIORITY.mayFragment} ${copy}
  }
}`;
}

/** There only while there are marks, as every packet that comes in passes it. */
export class MarksTable {
  readonly #handover: string;
  readonly #replaces: boolean;
  #table: OwnedTable | undefined;

  /**
   * @param handover Name of the interface whose other end the director reads.
   * @param replaces Whether there may be the table of a director that this one replaces.
   */
  constructor(handover: string, replaces: boolean) {
    this.#handover = handover;
    this.#replaces = replaces;
  }

  get sockets(): number[] {
    return this.#table === undefined ? [] : [this.#table.socket];
  }

  /** Returns what nftables has against it; undefined if nothing. @param marks As nftables writes them. */
  replace(marks: ReadonlySet<string>): string | undefined {
    if (marks.size === 0) {
      this.close();
      return undefined;
    }
    if (this.#table === undefined) {
      this.#table = new OwnedTable({
        name: TABLE,
        definition: marksDefinition(this.#handover),
        replaces: this.#replaces,
      });
      const refusal = this.#table.create();
      if (refusal !== undefined) return refusal;
    }
    return this.#table.replace({ sets: { marks } });
  }

  close(): void {
    this.#table?.close();
    this.#table = undefined;
  }
}
