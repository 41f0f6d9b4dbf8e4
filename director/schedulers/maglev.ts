/**
 * The table of Google's Maglev (Eisenbud et al., NSDI 2016, §3.4) with weights as Linux has them. Every server walks
 * the slots in an order of its own and takes turns with the others at claiming the next one that is free, so a
 * server that comes or goes moves few slots of the others.
 */

/** How one server walks the table. */
export interface MaglevMember {
  /** First slot it asks for. */
  readonly offset: number;
  /** Slots from one that it asks for to the next: 1 to size - 1. */
  readonly skip: number;
  /** Slots that it claims each round. */
  readonly turns: number;
}

/**
 * Fills the table. At least one member must have turns.
 * @param size Number of slots, a prime, so that every walk comes to every slot.
 * @returns For each slot the index of its member.
 */
export function maglevTable(members: readonly MaglevMember[], size: number): Int32Array {
  const slots = new Int32Array(size).fill(-1);
  const next = Int32Array.from(members, (member) => member.offset);
  const skips = Int32Array.from(members, (member) => member.skip);
  const turns = Int32Array.from(members, (member) => member.turns);
  let filled = 0;
  for (;;) {
    for (let member = 0; member < next.length; member++) {
      const skip = skips[member] as number;
      let slot = next[member] as number;
      for (let turn = turns[member] as number; turn > 0; turn--) {
        while (slots[slot] !== -1) {
          slot += skip;
          if (slot >= size) slot -= size;
        }
        slots[slot] = member;
        filled++;
        if (filled === size) return slots;
      }
      next[member] = slot;
    }
  }
}
