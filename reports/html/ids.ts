/** Gives every thing of a page an id that is readable, fit for a link, and its own. */
export interface Ids {
  /** The id of a thing: the same for the same kind and key, never that of another. */
  of(kind: string, key: string): string;
}

export function createIds(): Ids {
  const given = new Map<string, string>();
  const taken = new Set<string>();
  return {
    of(kind, key) {
      const name = JSON.stringify([kind, key]);
      const known = given.get(name);
      if (known !== undefined) return known;
      const readable = `${kind}-${key.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`.replace(/-+$/, '');
      let id = readable;
      for (let number = 2; taken.has(id); number++) id = `${readable}-${number}`;
      given.set(name, id);
      taken.add(id);
      return id;
    },
  };
}
