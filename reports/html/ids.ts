/**
 * Gives every thing of a page an id that is readable, its own, and stays the same from run to run, so that links from
 * elsewhere keep working: `case=nat/reply/source@ts/wrr`.
 */
export interface Ids {
  /**
   * The id of a thing: always the same for it, never that of another. What it is goes by kind and key, or by itself
   * where several may have the same key.
   */
  of(kind: string, key: string, itself?: object): string;
}

export function createIds(): Ids {
  const given = new Map<unknown, string>();
  const taken = new Set<string>();
  return {
    of(kind, key, itself) {
      const thing = itself ?? JSON.stringify([kind, key]);
      const known = given.get(thing);
      if (known !== undefined) return known;
      const readable = `${kind}=${key.replace(/[^\w./@+-]+/g, '-')}`;
      let id = readable;
      for (let number = 2; taken.has(id); number++) id = `${readable}~${number}`;
      given.set(thing, id);
      taken.add(id);
      return id;
    },
  };
}
